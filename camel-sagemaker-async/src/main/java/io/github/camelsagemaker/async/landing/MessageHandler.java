package io.github.camelsagemaker.async.landing;

import io.github.camelsagemaker.async.settle.QueueMessage;
import java.util.concurrent.CompletableFuture;

/** Takes a received message all the way. */
@FunctionalInterface
public interface MessageHandler {

    /** Handles a message without blocking the caller. Ends when all is over, and never exceptionally. */
    CompletableFuture<Void> handle(QueueMessage message);
}
