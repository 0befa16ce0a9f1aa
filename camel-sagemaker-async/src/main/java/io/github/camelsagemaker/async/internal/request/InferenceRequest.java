package io.github.camelsagemaker.async.internal.request;

import io.github.camelsagemaker.async.PayloadMode;
import java.time.Duration;

/**
 * What one exchange asks of SageMaker, checked; everything but the payload. Members that are not asked for are null, except
 * endpoint name, inference id and payload mode, which are always there.
 *
 * @param requestTtlSeconds longest time in SageMaker's queue
 * @param invocationTimeoutSeconds longest time in the model
 * @param outputPathExtension path between the endpoint's output path and the result's name
 * @param filename the result's name
 * @param inputLocation where the payload already is in S3
 */
public record InferenceRequest(
        String endpointName,
        String inferenceId,
        String contentType,
        String accept,
        String customAttributes,
        Integer requestTtlSeconds,
        Integer invocationTimeoutSeconds,
        String outputPathExtension,
        String filename,
        PayloadMode payloadMode,
        String inputLocation) {

    /** What SageMaker does when it is not told how long a request may wait in its queue (AWS API model). */
    private static final int DEFAULT_TTL_SECONDS = 21_600;

    /** As above: how long the model may take. */
    private static final int DEFAULT_INVOCATION_SECONDS = 900;

    /** The time after which SageMaker answers it no more. */
    public Duration lifetime() {
        return Duration.ofSeconds((requestTtlSeconds == null ? DEFAULT_TTL_SECONDS : requestTtlSeconds)
                + (invocationTimeoutSeconds == null ? DEFAULT_INVOCATION_SECONDS : invocationTimeoutSeconds));
    }

    public InferenceRequest with(String id, String extension) {
        return new InferenceRequest(
                endpointName,
                id,
                contentType,
                accept,
                customAttributes,
                requestTtlSeconds,
                invocationTimeoutSeconds,
                extension,
                filename,
                payloadMode,
                inputLocation);
    }
}
