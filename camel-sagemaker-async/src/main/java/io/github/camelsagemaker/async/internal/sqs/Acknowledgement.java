package io.github.camelsagemaker.async.internal.sqs;

import java.util.concurrent.CompletableFuture;

/** Ends a handled message. */
@FunctionalInterface
public interface Acknowledgement {

    /** Ends when it is confirmed, exceptionally if it was not: then the message will be delivered again. */
    CompletableFuture<Void> acknowledge(QueueMessage message);
}
