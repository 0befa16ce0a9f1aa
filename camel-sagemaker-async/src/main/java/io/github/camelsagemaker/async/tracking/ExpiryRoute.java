package io.github.camelsagemaker.async.tracking;

import java.util.concurrent.CompletableFuture;

/** Where requests go that expired. Thread-safe. */
public interface ExpiryRoute {

    /**
     * Sends one exchange of status EXPIRED through the route. Called on a worker.
     *
     * @return ends when the exchange is done, exceptionally if it failed; such a failure was reported already
     */
    CompletableFuture<Void> emit(PendingInvocation invocation);

    /** Reports what went wrong outside the route. */
    void report(String message, Throwable failure);
}
