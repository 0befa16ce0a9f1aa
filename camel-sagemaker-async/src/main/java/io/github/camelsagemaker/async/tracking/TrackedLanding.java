package io.github.camelsagemaker.async.tracking;

import io.github.camelsagemaker.async.landing.RequestRecord;
import io.github.camelsagemaker.async.result.InferenceStatus;
import io.github.camelsagemaker.async.result.S3Location;
import java.util.Map;

/** A landed result and the record of its request, while it is delivered. */
final class TrackedLanding implements RequestRecord {

    /** A result that must not be delivered now; it is to be left for another attempt. */
    static final TrackedLanding WAITS = new TrackedLanding(null, null, Map.of());

    private final LandingTracker tracker;
    private final PendingInvocation invocation;
    private final Map<String, Object> headers;

    TrackedLanding(LandingTracker tracker, PendingInvocation invocation, Map<String, Object> headers) {
        this.tracker = tracker;
        this.invocation = invocation;
        this.headers = headers;
    }

    @Override
    public boolean mustWait() {
        return this == WAITS;
    }

    @Override
    public Map<String, Object> headers() {
        return headers;
    }

    @Override
    public boolean isLate() {
        return invocation != null && invocation.expiredAt() != null;
    }

    @Override
    public String inferenceId() {
        return invocation == null ? null : invocation.inferenceId();
    }

    @Override
    public S3Location inputLocation() {
        return invocation == null ? null : invocation.inputLocation();
    }

    @Override
    public S3Location failureLocation() {
        return invocation == null ? null : invocation.failureLocation();
    }

    /** The record; null for a result that must wait. */
    PendingInvocation invocation() {
        return invocation;
    }

    @Override
    public void succeeded(InferenceStatus status) {
        if (tracker != null) {
            tracker.succeeded(this, status);
        }
    }

    @Override
    public void abandoned() {
        if (tracker != null) {
            tracker.abandoned(this);
        }
    }
}
