package io.github.camelsagemaker.async.internal.result;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.tracking.PendingInvocation;
import java.util.Map;

/**
 * What is remembered of the request that a result belongs to, while the result is delivered. Unless it must wait, one of {@link
 * #succeeded} and {@link #abandoned} ends it.
 */
public class RequestRecord {

    /** A result whose request nobody tracks. */
    public static final RequestRecord UNTRACKED = new RequestRecord(RequestRecords.NONE, null, Map.of());

    /** A result that must not be delivered now. */
    static final RequestRecord WAITS = new RequestRecord(RequestRecords.NONE, null, Map.of());

    private final RequestRecords records;
    private final PendingInvocation invocation;
    private final Map<String, Object> headers;

    /** @param invocation null if the request is not tracked */
    public RequestRecord(RequestRecords records, PendingInvocation invocation, Map<String, Object> headers) {
        this.records = records;
        this.invocation = invocation;
        this.headers = headers;
    }

    PendingInvocation invocation() {
        return invocation;
    }

    /** Whether the result must be left for another attempt, because of what happens at this moment. */
    public boolean mustWait() {
        return this == WAITS;
    }

    /** The request's headers. */
    public Map<String, Object> headers() {
        return headers;
    }

    /** Whether the request was reported expired before. */
    public boolean isLate() {
        return invocation != null && invocation.expiredAt() != null;
    }

    /** The request's inference id; null if not known. */
    public String inferenceId() {
        return invocation == null ? null : invocation.inferenceId();
    }

    /** Where the request's payload is in S3; null if not known. */
    public S3Location inputLocation() {
        return invocation == null ? null : invocation.inputLocation();
    }

    /** Where the request's failure would be; null if not known. */
    public S3Location failureLocation() {
        return invocation == null ? null : invocation.failureLocation();
    }

    /**
     * The result was delivered, and the record ends. May block.
     *
     * @throws RuntimeException if that could not be stored; then {@link #abandoned} must follow
     */
    public void succeeded(InferenceStatus status) {
        if (invocation != null) {
            records.succeeded(this, status);
        }
    }

    /** The result was not delivered; the record stays as it is. */
    public void abandoned() {
        records.abandoned(this);
    }
}
