package io.github.camelsagemaker.async.testinfra.notification;

import java.time.Instant;

/**
 * An invocation that ended. What the caller did not send, or the outcome does not have, is null.
 *
 * @param endpointName the endpoint
 * @param inferenceId the request's inference id
 * @param inputLocation where the payload is in S3; null when it came inline
 * @param contentType the payload's media type
 * @param accept the media type wanted
 * @param customAttributes as sent
 * @param outputLocation where the output is; null when it failed
 * @param responseContentType the output's media type
 * @param response the output itself
 * @param failureReason why it failed; null when it did not
 * @param receivedTime when the request was accepted
 * @param eventTime when it ended
 */
public record FinishedInvocation(
        String endpointName,
        String inferenceId,
        String inputLocation,
        String contentType,
        String accept,
        String customAttributes,
        String outputLocation,
        String responseContentType,
        byte[] response,
        String failureReason,
        Instant receivedTime,
        Instant eventTime) {

    public boolean failed() {
        return failureReason != null;
    }
}
