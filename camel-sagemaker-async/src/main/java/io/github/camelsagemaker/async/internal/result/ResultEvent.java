package io.github.camelsagemaker.async.internal.result;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.internal.options.LogSanitizer;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * The news that an invocation ended, as far as its source tells. Everything but status and endpoint may be unknown, and is
 * then null.
 *
 * @param object the object to read, an output or a failure; null for a failure that left none
 * @param outputLocation where the output is or would have been
 * @param failureLocation where the failure is or would have been
 * @param eventTime when it ended
 * @param age how old it was when its source announced it
 * @param receivedTime when SageMaker received the request
 * @param content the result itself, where the source carried it: then S3 is not read
 * @param isListed whether a listing found it: then ETag and event time are the object's own
 */
public record ResultEvent(
        InferenceStatus status,
        String endpointName,
        S3Location object,
        String inferenceId,
        S3Location outputLocation,
        S3Location failureLocation,
        S3Location inputLocation,
        String failureReason,
        String customAttributes,
        String contentType,
        Long contentLength,
        String etag,
        Instant eventTime,
        Duration age,
        Instant receivedTime,
        byte[] content,
        boolean isListed) {

    public static ResultEvent of(InferenceStatus status, String endpointName, Consumer<Builder> members) {
        Builder result = new Builder();
        result.status = status;
        result.endpointName = endpointName;
        members.accept(result);
        return result.build();
    }

    /** Where the result is; for a failure without a place, the request and its time. */
    public String key() {
        return object != null ? object.uri() : endpointName + "/" + inferenceId + "/" + eventTime;
    }

    /** Never shows content, and is one line whatever the key is. */
    @Override
    public String toString() {
        return status + " " + LogSanitizer.oneLine(key());
    }

    /**
     * What an event is made of. Until the consumer's policy has judged it, it is not trusted, and status and endpoint may be unknown,
     * too: S3 says only that there is an object. Not thread-safe.
     */
    public static final class Builder {

        public InferenceStatus status;
        public String endpointName;
        public S3Location object;
        public String inferenceId;
        public S3Location outputLocation;
        public S3Location failureLocation;
        public S3Location inputLocation;
        public String failureReason;
        public String customAttributes;
        public String contentType;
        public Long contentLength;
        public String etag;
        public Instant eventTime;
        /** By AWS's clock, which may not be this node's. */
        public Instant discoveredAt;

        public Instant receivedTime;
        public byte[] content;
        public boolean isListed;

        public ResultEvent build() {
            return new ResultEvent(
                    status,
                    endpointName,
                    object,
                    inferenceId,
                    outputLocation,
                    failureLocation,
                    inputLocation,
                    failureReason,
                    customAttributes,
                    contentType,
                    contentLength,
                    etag,
                    eventTime,
                    eventTime == null || discoveredAt == null ? null : Duration.between(eventTime, discoveredAt),
                    receivedTime,
                    content,
                    isListed);
        }
    }
}
