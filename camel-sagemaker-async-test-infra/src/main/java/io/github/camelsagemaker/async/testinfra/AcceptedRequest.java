package io.github.camelsagemaker.async.testinfra;

import java.time.Instant;

/**
 * A request that the SageMaker server accepted, with its outcome at the moment of asking. What the caller did not send is null.
 *
 * @param endpointName the endpoint invoked
 * @param inferenceId the caller's inference id, or the one the server made up
 * @param inline whether the payload came in the request itself
 * @param inputLocation where the payload is in S3; null when inline
 * @param contentType the payload's content type as sent
 * @param accept the wanted content type of the response
 * @param customAttributes as sent
 * @param bodyLength the payload's bytes; -1 while an S3 payload has not been opened by the model
 * @param bodySha256 lower case hex; null while an S3 payload has not been read to its end by the model
 * @param requestTtlSeconds as sent
 * @param invocationTimeoutSeconds as sent
 * @param outputLocation the output location returned to the caller
 * @param failureLocation the failure location returned to the caller; null when the endpoint has no failure path
 * @param acceptedAt when it was accepted, by the server's clock
 * @param outcome what became of it so far
 * @param failureReason why it failed; null otherwise
 */
public record AcceptedRequest(
        String endpointName,
        String inferenceId,
        boolean inline,
        String inputLocation,
        String contentType,
        String accept,
        String customAttributes,
        long bodyLength,
        String bodySha256,
        Integer requestTtlSeconds,
        Integer invocationTimeoutSeconds,
        String outputLocation,
        String failureLocation,
        Instant acceptedAt,
        Outcome outcome,
        String failureReason) {}
