package io.github.camelsagemaker.async.landing;

import io.github.camelsagemaker.async.result.InferenceStatus;
import io.github.camelsagemaker.async.result.S3Location;
import java.time.Instant;

/**
 * One piece of news from a message, as its sender wrote it. What it says is not to be trusted before a {@link LandingPolicy}
 * has judged it.
 */
public sealed interface Notification {

    /**
     * SageMaker says how an invocation ended. Everything but the status may be unknown, and is then null.
     *
     * @param status COMPLETED or FAILED
     * @param endpointName the SageMaker endpoint
     * @param inferenceId the request's inference id
     * @param outputLocation where the output is; of a failure, where it would have been
     * @param failureLocation where the failure is
     * @param inputLocation where the request's payload is
     * @param failureReason why it failed
     * @param customAttributes the request's custom attributes
     * @param contentType the result's media type
     * @param eventTime when it ended
     * @param receivedTime when SageMaker received the request
     * @param content the result itself, where the notification carries it and it could be decoded
     */
    record Inference(
            InferenceStatus status,
            String endpointName,
            String inferenceId,
            S3Location outputLocation,
            S3Location failureLocation,
            S3Location inputLocation,
            String failureReason,
            String customAttributes,
            String contentType,
            Instant eventTime,
            Instant receivedTime,
            byte[] content)
            implements Notification {

        /** Never shows content. */
        @Override
        public String toString() {
            return "Inference[" + status + ", inferenceId=" + inferenceId + ", outputLocation=" + outputLocation + "]";
        }
    }

    /**
     * S3 says that an object was created.
     *
     * @param object the object
     * @param size its size in bytes, or null
     * @param etag its ETag, in quotes as S3's API gives it, or null
     * @param eventTime when it was created, or null
     */
    record ObjectCreated(S3Location object, Long size, String etag, Instant eventTime) implements Notification {}

    /**
     * One of several pieces of news in a message, which cannot be understood.
     *
     * @param reason why
     */
    record Unreadable(MalformedNotificationException reason) implements Notification {}

    /**
     * A message that was understood and means no result, such as s3:TestEvent.
     *
     * @param what what it is
     */
    record Other(String what) implements Notification {}
}
