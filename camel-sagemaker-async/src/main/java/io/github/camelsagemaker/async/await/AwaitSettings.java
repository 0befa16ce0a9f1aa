package io.github.camelsagemaker.async.await;

import io.github.camelsagemaker.async.result.BodyMode;
import java.time.Duration;

/**
 * How a producer awaits results.
 *
 * @param bodyMode what becomes the body
 * @param pace how often S3 is asked
 * @param notified whether notifications tell of results; S3 is asked all the same, for those that are lost
 * @param maxInFlight how many results are in memory at once
 */
public record AwaitSettings(BodyMode bodyMode, PollBackoff pace, boolean notified, int maxInFlight) {

    /** Of a request that says nothing, in seconds: how long SageMaker queues it (AWS API model). */
    private static final int QUEUE_SECONDS = 21_600;

    /** As above: how long the model may take. */
    private static final int INVOCATION_SECONDS = 900;

    /** For writing the result, and for seeing it. */
    private static final int SLACK_SECONDS = 60;

    /**
     * The time after which SageMaker can no longer answer a request.
     *
     * @param requestTtlSeconds longest time in SageMaker's queue, or null for its default
     * @param invocationTimeoutSeconds longest time in the model, or null for its default
     */
    public static Duration defaultTimeout(Integer requestTtlSeconds, Integer invocationTimeoutSeconds) {
        return Duration.ofSeconds((requestTtlSeconds == null ? QUEUE_SECONDS : requestTtlSeconds)
                + (invocationTimeoutSeconds == null ? INVOCATION_SECONDS : invocationTimeoutSeconds)
                + SLACK_SECONDS);
    }
}
