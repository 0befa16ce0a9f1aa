package io.github.camelsagemaker.async.tracking;

import io.github.camelsagemaker.async.result.InferenceStatus;
import java.util.Map;

/** A landed result and the record of its request, while it is delivered. One of {@link #succeeded} and {@link #abandoned} ends it. */
public final class TrackedLanding {

    /** A result nobody tracks. */
    public static final TrackedLanding UNTRACKED = new TrackedLanding(null, null, Map.of());

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

    /** Whether it must be left for another attempt, because of what happens at this moment. */
    public boolean mustWait() {
        return this == WAITS;
    }

    /** The headers of the request. */
    public Map<String, Object> headers() {
        return headers;
    }

    /** Whether the request was reported expired before. */
    public boolean isLate() {
        return invocation != null && invocation.expiredAt() != null;
    }

    /** The record; null for a result nobody tracks. */
    public PendingInvocation invocation() {
        return invocation;
    }

    /**
     * The result was delivered, and the record ends. Blocks on the store.
     *
     * @throws RuntimeException of the store; then {@link #abandoned} must follow
     */
    public void succeeded(InferenceStatus status) {
        if (tracker != null) {
            tracker.succeeded(this, status);
        }
    }

    /** The result was not delivered; the record stays as it is. */
    public void abandoned() {
        if (tracker != null) {
            tracker.abandoned(this);
        }
    }
}
