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

    /** One that has just ended well, of which no more is known. */
    public static FinishedInvocation completed(String endpointName, String inferenceId, String outputLocation) {
        Instant now = Instant.now();
        return new FinishedInvocation(
                endpointName, inferenceId, null, null, null, null, outputLocation, null, null, null, now, now);
    }

    /** One that has just failed, of which no more is known. */
    public static FinishedInvocation failed(String endpointName, String inferenceId, String failureReason) {
        Instant now = Instant.now();
        return new FinishedInvocation(
                endpointName, inferenceId, null, null, null, null, null, null, null, failureReason, now, now);
    }

    /** The same, with its output. */
    public FinishedInvocation withResponse(String mediaType, byte[] output) {
        return new FinishedInvocation(
                endpointName,
                inferenceId,
                inputLocation,
                contentType,
                accept,
                customAttributes,
                outputLocation,
                mediaType,
                output,
                failureReason,
                receivedTime,
                eventTime);
    }

    /** The same, ended at another time. */
    public FinishedInvocation at(Instant time) {
        return new FinishedInvocation(
                endpointName,
                inferenceId,
                inputLocation,
                contentType,
                accept,
                customAttributes,
                outputLocation,
                responseContentType,
                response,
                failureReason,
                receivedTime.isBefore(time) ? receivedTime : time,
                time);
    }

    public boolean failed() {
        return failureReason != null;
    }
}
