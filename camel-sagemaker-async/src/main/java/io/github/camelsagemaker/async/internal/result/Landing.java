package io.github.camelsagemaker.async.internal.result;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.internal.consume.LandingPolicy;
import io.github.camelsagemaker.async.internal.options.Untrusted;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.time.Instant;

/**
 * The news that an invocation ended, as far as its source tells. Everything but status and endpoint may be unknown, and is
 * then null; in what SageMaker says the endpoint too, until a {@link LandingPolicy} has judged it, which names the object.
 *
 * @param object the object to read, an output or a failure; null for a failure that left none
 * @param outputLocation where the output is or would have been
 * @param failureLocation where the failure is or would have been
 * @param inputLocation where the request's payload is in S3
 * @param contentLength the result's length in bytes
 * @param eventTime when it ended
 * @param receivedTime when SageMaker received the request
 * @param content the result itself, where the source carried it: then S3 is not read
 * @param isListed whether a listing found it: then ETag and event time are the object's own
 */
public record Landing(
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
        Instant receivedTime,
        byte[] content,
        boolean isListed)
        implements Notification {

    public static Builder builder(InferenceStatus status, String endpointName) {
        return new Builder(status, endpointName);
    }

    /** Where the result is; for a failure without a place, the request and its time. */
    public String key() {
        return object != null ? object.uri() : endpointName + "/" + inferenceId + "/" + eventTime;
    }

    /** This landing of the endpoint, with the object to read. */
    public Landing judged(String endpoint, S3Location place) {
        return copy(endpoint).object(place).build();
    }

    /** This landing with what is known of its request. */
    public Landing withRequest(String requestId, S3Location payload) {
        return copy(endpointName).inferenceId(requestId).inputLocation(payload).build();
    }

    /** This landing, found by a listing. */
    public Landing listed() {
        Builder listed = copy(endpointName);
        listed.isListed = true;
        return listed.build();
    }

    private Builder copy(String endpoint) {
        Builder copy = new Builder(status, endpoint)
                .object(object)
                .inferenceId(inferenceId)
                .outputLocation(outputLocation)
                .failureLocation(failureLocation)
                .inputLocation(inputLocation)
                .failureReason(failureReason)
                .customAttributes(customAttributes)
                .contentType(contentType)
                .contentLength(contentLength)
                .etag(etag)
                .eventTime(eventTime)
                .receivedTime(receivedTime)
                .content(content);
        copy.isListed = isListed;
        return copy;
    }

    /** Never shows content, and is one line whatever the key is. */
    @Override
    public String toString() {
        return status + " " + Untrusted.oneLine(key());
    }

    /** Collects what a source knows. Not thread-safe. */
    public static final class Builder {

        private final InferenceStatus status;
        private final String endpointName;
        private S3Location object;
        private String inferenceId;
        private S3Location outputLocation;
        private S3Location failureLocation;
        private S3Location inputLocation;
        private String failureReason;
        private String customAttributes;
        private String contentType;
        private Long contentLength;
        private String etag;
        private Instant eventTime;
        private Instant receivedTime;
        private byte[] content;
        private boolean isListed;

        private Builder(InferenceStatus status, String endpointName) {
            this.status = status;
            this.endpointName = endpointName;
        }

        public Builder object(S3Location value) {
            this.object = value;
            return this;
        }

        public Builder inferenceId(String value) {
            this.inferenceId = value;
            return this;
        }

        public Builder outputLocation(S3Location value) {
            this.outputLocation = value;
            return this;
        }

        public Builder failureLocation(S3Location value) {
            this.failureLocation = value;
            return this;
        }

        public Builder inputLocation(S3Location value) {
            this.inputLocation = value;
            return this;
        }

        public Builder failureReason(String value) {
            this.failureReason = value;
            return this;
        }

        public Builder customAttributes(String value) {
            this.customAttributes = value;
            return this;
        }

        public Builder contentType(String value) {
            this.contentType = value;
            return this;
        }

        public Builder contentLength(Long value) {
            this.contentLength = value;
            return this;
        }

        public Builder etag(String value) {
            this.etag = value;
            return this;
        }

        public Builder eventTime(Instant value) {
            this.eventTime = value;
            return this;
        }

        public Builder receivedTime(Instant value) {
            this.receivedTime = value;
            return this;
        }

        public Builder content(byte[] value) {
            this.content = value;
            return this;
        }

        public Landing build() {
            return new Landing(
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
                    receivedTime,
                    content,
                    isListed);
        }
    }
}
