package io.github.camelsagemaker.async.tracking;

import io.github.camelsagemaker.async.landing.Landing;
import io.github.camelsagemaker.async.landing.RequestRecord;
import io.github.camelsagemaker.async.landing.RequestRecords;
import io.github.camelsagemaker.async.result.InferenceStatus;
import io.github.camelsagemaker.async.result.S3Location;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds the record of the request that a landed result belongs to.
 *
 * <p>While a result is on its way through the route, its record is held, so that a sweep does not report it expired. Thread-safe; every
 * method blocks on the store.
 */
public final class LandingTracker implements RequestRecords {

    /**
     * How old a result must be before it counts as one that nobody tracks. A scan knows a result by its place only, which the
     * producer records after the call returned; a quick model can be faster.
     */
    static final Duration GRACE = Duration.ofSeconds(15);

    private final String endpointName;
    private final PendingInvocationStore store;
    private final HeaderCodec codec;
    private final Duration lease;
    private final Clock clock;
    private final Set<Tracked> inFlight = ConcurrentHashMap.newKeySet();
    private final Map<PendingInvocation, InferenceStatus> unended = new ConcurrentHashMap<>();

    /** @param lease how long a record is held at a time */
    public LandingTracker(
            String endpointName, PendingInvocationStore store, HeaderCodec codec, Duration lease, Clock clock) {
        this.endpointName = endpointName;
        this.store = store;
        this.codec = codec;
        this.lease = lease;
        this.clock = clock;
    }

    @Override
    public RequestRecord begin(Landing landing) {
        Optional<PendingInvocation> found = find(landing);
        if (found.isPresent() && found.get().state() == PendingState.PENDING && !hold(found.get())) {
            found = find(landing);
            if (found.isPresent() && found.get().state() == PendingState.PENDING) {
                // Its expiry is in the route right now. When that has ended, this is a late result, or it is not.
                return RequestRecord.WAITS;
            }
        }
        if (found.isEmpty()) {
            return isYoung(landing) ? RequestRecord.WAITS : RequestRecord.UNTRACKED;
        }
        PendingInvocation invocation = found.get();
        Tracked tracked = new Tracked(invocation);
        inFlight.add(tracked);
        return tracked;
    }

    @Override
    public void handledBefore(Landing landing) {
        find(landing).ifPresent(invocation -> end(invocation, landing.status()));
    }

    private Optional<PendingInvocation> find(Landing landing) {
        if (landing.inferenceId() != null) {
            Optional<PendingInvocation> byId =
                    store.find(landing.inferenceId()).filter(invocation -> fits(invocation, landing));
            if (byId.isPresent()) {
                return byId;
            }
        }
        S3Location place = landing.object() != null ? landing.object() : landing.outputLocation();
        return place == null
                ? Optional.empty()
                : store.findByLocation(place)
                        .filter(invocation -> invocation.endpointName().equals(endpointName));
    }

    /** An id alone is not believed where the places contradict it. */
    private boolean fits(PendingInvocation invocation, Landing landing) {
        boolean elsewhere = landing.status() == InferenceStatus.COMPLETED
                && landing.object() != null
                && invocation.outputLocation() != null
                && !invocation.isAt(landing.object());
        return invocation.endpointName().equals(endpointName) && !elsewhere;
    }

    private boolean isYoung(Landing landing) {
        return landing.inferenceId() == null
                && landing.eventTime() != null
                && Duration.between(landing.eventTime(), clock.instant()).abs().compareTo(GRACE) < 0;
    }

    /** Whether no sweep has the record. A deadline that is far away needs no hold: renewing looks again. */
    private boolean hold(PendingInvocation invocation) {
        Instant now = clock.instant();
        return invocation.deadline().isAfter(now.plus(lease))
                || store.hold(invocation.inferenceId(), now, now.plus(lease));
    }

    /**
     * Holds what is under way for another while, and ends what could not be ended when its exchange succeeded. Often within each
     * lease.
     */
    public void renew() {
        for (Map.Entry<PendingInvocation, InferenceStatus> delivered : unended.entrySet()) {
            end(delivered.getKey(), delivered.getValue());
            unended.remove(delivered.getKey());
        }
        for (Tracked tracked : inFlight) {
            if (tracked.invocation.state() == PendingState.PENDING) {
                hold(tracked.invocation);
            }
        }
    }

    /** How many tracked results are under way. */
    public int inFlight() {
        return inFlight.size();
    }

    private void end(PendingInvocation invocation, InferenceStatus status) {
        PendingState outcome = status == InferenceStatus.FAILED ? PendingState.FAILED : PendingState.COMPLETED;
        store.end(invocation.inferenceId(), outcome, clock.instant());
    }

    /** A landed result and the record of its request, while it is delivered. */
    private final class Tracked implements RequestRecord {

        private final PendingInvocation invocation;
        private final Map<String, Object> headers;

        Tracked(PendingInvocation invocation) {
            this.invocation = invocation;
            this.headers = codec.restore(invocation);
        }

        @Override
        public Map<String, Object> headers() {
            return headers;
        }

        @Override
        public boolean isLate() {
            return invocation.expiredAt() != null;
        }

        @Override
        public String inferenceId() {
            return invocation.inferenceId();
        }

        @Override
        public S3Location inputLocation() {
            return invocation.inputLocation();
        }

        @Override
        public S3Location failureLocation() {
            return invocation.failureLocation();
        }

        @Override
        public void succeeded(InferenceStatus status) {
            try {
                end(invocation, status);
            } catch (RuntimeException e) {
                // At most what was in flight when the store went: without it no other result is begun.
                unended.put(invocation, status);
                throw e;
            } finally {
                inFlight.remove(this);
            }
        }

        @Override
        public void abandoned() {
            inFlight.remove(this);
        }
    }
}
