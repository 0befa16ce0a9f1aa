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
     * @return the receipt; or fails with an {@link io.github.camelsagemaker.async.error.InvalidInferenceRequestException}, a {@link
     *     io.github.camelsagemaker.async.error.SageMakerAsyncException}, what reading the body threw, or what the record's store threw:
     *     then nothing was sent
     */
    CompletableFuture<InvocationReceipt> send(Exchange exchange, InferenceRequest request, Payload payload);
}
