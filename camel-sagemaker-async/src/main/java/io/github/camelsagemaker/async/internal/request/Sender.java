package io.github.camelsagemaker.async.internal.request;

import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;

/** How a producer sends, chosen when it starts: directly, with a record of each request, or awaiting its result. Thread-safe. */
public interface Sender {

    /** The request as it is to be sent. */
    default InferenceRequest prepare(Exchange exchange, InferenceRequest request) {
        return request;
    }

    /**
     * Sends a prepared request.
     *
     * @return the receipt; fails with what AWS or the body is at fault for, or, before anything is sent, with what the record's
     *     store threw
     */
    CompletableFuture<InvocationReceipt> send(Exchange exchange, InferenceRequest request, Payload payload);
}
