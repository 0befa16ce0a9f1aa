package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.internal.result.InferenceResult;
import io.github.camelsagemaker.async.internal.result.Landing;
import io.github.camelsagemaker.async.internal.result.RequestRecord;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;

/** The route that results go to. Thread-safe. */
public interface ResultRoute {

    /** Makes an exchange that tells what the landing tells. It must be given back with {@link #close}. */
    Exchange open(Landing landing);

    /** What the user says that identifies the result among duplicates (option idempotentKey); null for the default. */
    String keyOf(Landing landing, Exchange exchange);

    /** Whether the landing is to be emitted; one that is not counts as handled. */
    boolean wants(Landing landing);

    /**
     * Adds what was read and what is remembered of the request, and sends the exchange through the route.
     *
     * @return ends when the unit of work that owns the exchange has ended, exceptionally if it failed or was rolled back
     */
    CompletableFuture<Void> process(Exchange exchange, Landing landing, InferenceResult result, RequestRecord record);

    /** Takes back an exchange that is over. */
    void close(Exchange exchange);

    /** Reports an exchange that failed in the route. */
    void reportFailedExchange(Exchange exchange, Throwable failure);

    /** Reports a failure outside the route to the exception handler. */
    void report(String message, Throwable failure);
}
