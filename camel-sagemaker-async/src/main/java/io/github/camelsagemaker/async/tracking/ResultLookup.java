package io.github.camelsagemaker.async.tracking;

import java.util.concurrent.CompletableFuture;

/** Tells whether a request's outcome lies in S3. */
@FunctionalInterface
public interface ResultLookup {

    /**
     * Looks once at the places the record knows, without blocking.
     *
     * @return whether an object is at one of them; ends exceptionally if S3 could not tell
     */
    CompletableFuture<Boolean> isThere(PendingInvocation invocation);
}
