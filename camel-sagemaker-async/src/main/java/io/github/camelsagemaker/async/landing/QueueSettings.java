package io.github.camelsagemaker.async.landing;

import java.time.Duration;

/**
 * How a queue is received from.
 *
 * @param url the queue's URL
 * @param waitTimeSeconds how long SQS waits for messages, 0 to 20
 * @param visibilityTimeout how long a received message is invisible to other receivers
 * @param ownVisibilityTimeout whether that is the queue's own, so that receives do not name it
 * @param concurrentReceives how many receives are under way at once
 */
public record QueueSettings(
        String url,
        int waitTimeSeconds,
        Duration visibilityTimeout,
        boolean ownVisibilityTimeout,
        int concurrentReceives) {}
