package io.github.camelsagemaker.async.testinfra.sns;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Puts messages into SQS queues. */
@FunctionalInterface
public interface QueueSender {

    /**
     * Sends without blocking.
     *
     * @param queueArn the queue's ARN
     * @param body the message's body
     * @param attributes the message attributes by name
     */
    CompletableFuture<?> send(String queueArn, String body, Map<String, MessageAttribute> attributes);
}
