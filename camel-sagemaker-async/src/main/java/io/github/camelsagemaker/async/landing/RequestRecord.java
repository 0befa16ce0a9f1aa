package io.github.camelsagemaker.async.landing;

import io.github.camelsagemaker.async.result.InferenceStatus;
import io.github.camelsagemaker.async.result.S3Location;
import java.util.Map;

/**
 * What is remembered of the request that a result belongs to, while the result is delivered. Unless it must wait, one of {@link
 * #succeeded} and {@link #abandoned} ends it.
 */
public interface RequestRecord {

    /** A result whose request nobody tracks. */
    RequestRecord UNTRACKED = new RequestRecord() {};

    /** A result that must not be delivered now. */
    RequestRecord WAITS = new RequestRecord() {
        @Override
        public boolean mustWait() {
            return true;
        }
    };

    /** Whether the result must be left for another attempt, because of what happens at this moment. */
    default boolean mustWait() {
        return false;
    }

    /** The request's headers. */
    default Map<String, Object> headers() {
        return Map.of();
    }

    /** Whether the request was reported expired before. */
    default boolean isLate() {
        return false;
    }

    /** The request's inference id; null if not known. */
    default String inferenceId() {
        return null;
    }

    /** Where the request's payload is in S3; null if not known. */
    default S3Location inputLocation() {
        return null;
    }

    /** Where the request's failure would be; null if not known. */
    default S3Location failureLocation() {
        return null;
    }

    /**
     * The result was delivered, and the record ends. May block.
     *
     * @throws RuntimeException if that could not be stored; then {@link #abandoned} must follow
     */
    default void succeeded(InferenceStatus status) {}

    /** The result was not delivered; the record stays as it is. */
    default void abandoned() {}
}
