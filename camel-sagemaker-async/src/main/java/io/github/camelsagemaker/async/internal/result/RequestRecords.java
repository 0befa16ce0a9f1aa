package io.github.camelsagemaker.async.internal.result;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.tracking.TrackingSettings;
import io.github.camelsagemaker.async.tracking.InvocationKey;
import io.github.camelsagemaker.async.tracking.PendingClaim;
import io.github.camelsagemaker.async.tracking.PendingInvocation;
import io.github.camelsagemaker.async.tracking.PendingInvocationStore;
import io.github.camelsagemaker.async.tracking.PendingState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the record of the request that a landed result belongs to.
 *
 * <p>While a result is on its way through the route, its record is held, so that a sweep does not report it expired. Thread-safe; every
 * method blocks on the store, and is called on workers.
 */
public class RequestRecords {

    private static final Logger LOG = LoggerFactory.getLogger(RequestRecords.class);

    /**
     * How old a result must be before it counts as one that nobody tracks. A scan knows a result by its place only, which the
     * producer records after the call returned, or within five seconds after the database was away; a quick model can be faster.
     */
    static final Duration GRACE = Duration.ofSeconds(15);

    private final String endpointName;
    private final PendingInvocationStore store;
    private final TrackingSettings settings;
    private final Clock clock;
    /** When the database was away last, as far as is known. */
    volatile long awayAt = System.nanoTime();

    final Set<RequestRecord> inFlight = ConcurrentHashMap.newKeySet();
    private final Map<InvocationKey, InferenceStatus> unended = new ConcurrentHashMap<>();

    /** @param settings null if requests are not tracked */
    public RequestRecords(String endpointName, TrackingSettings settings, Clock clock) {
        this.endpointName = endpointName;
        this.settings = settings;
        this.store = settings == null ? null : settings.store();
        this.clock = clock;
    }

    /** What is known of the request while its result is delivered, or null. {@link #succeeded} or {@link #abandoned} ends it. */
    public class RequestRecord {

        public static final RequestRecord UNTRACKED = new RequestRecords(null, null, null).new RequestRecord(null);

        private final PendingInvocation invocation;
        final Map<String, Object> headers;

        /** @param invocation null if the request is not tracked */
        public RequestRecord(PendingInvocation invocation) {
            this.invocation = invocation;
            this.headers = invocation == null ? Map.of() : settings.headers().restore(invocation);
        }

        /** Whether the request was reported expired before. */
        public boolean isLate() {
            return invocation != null && invocation.expiredAt() != null;
        }

        /** Whether a failure of the request was delivered before. */
        public boolean hasFailed() {
            return invocation != null && invocation.state() == PendingState.FAILED;
        }

        /** Whether one has been since. May block, and throws if that cannot be told. */
        public boolean hasFailedMeanwhile() {
            return invocation != null
                    && store.find(invocation.key()).stream().anyMatch(now -> now.state() == PendingState.FAILED);
        }

        public String inferenceId() {
            return invocation == null ? null : invocation.inferenceId();
        }

        public S3Location inputLocation() {
            return invocation == null ? null : S3Location.parseOrNull(invocation.inputLocation());
        }

        /** Where the request's failure would be. */
        public S3Location failureLocation() {
            return invocation == null ? null : S3Location.parseOrNull(invocation.failureLocation());
        }

        /** Ends the record. May block, and throws if that could not be stored; then {@link #abandoned} must follow. */
        public void succeeded(InferenceStatus status) {
            if (invocation == null) {
                return;
            }
            try {
                end(invocation.key(), status);
            } catch (RuntimeException e) {
                // At most what was in flight when the store went: without it no other result is begun.
                unended.put(invocation.key(), status);
                throw e;
            } finally {
                abandoned();
            }
        }

        /** The result was not delivered; the record stays as it is. */
        public void abandoned() {
            inFlight.remove(this);
        }
    }

    /** The database could not be asked: so may producers have found it. */
    public void databaseIsAway() {
        awayAt = System.nanoTime();
    }

    /** How long a result that was delivered may be held while neither its key nor its record can be stored. */
    public Duration lease() {
        return settings.lease();
    }

    /**
     * @return empty if it must be left for another attempt, because of what happens at this moment
     * @throws RuntimeException if it is not known whether the request is tracked; then the result is left for another attempt
     */
    public Optional<RequestRecord> begin(ResultEvent event) {
        if (store == null) {
            return Optional.of(RequestRecord.UNTRACKED);
        }
        Optional<PendingInvocation> found = find(event);
        if (found.isPresent() && isPending(found.get()) && !hold(found.get())) {
            found = find(event);
            if (found.isPresent() && isPending(found.get())) {
                // Its expiry is in the route right now. When that has ended, this is a late result, or it is not.
                return Optional.empty();
            }
        }
        // A record whose result was delivered may be of an earlier request with the same name for its result; and a
        // failure of which nobody knows the place yet would be found there by a listing, and emitted once more.
        boolean isComplete = event.inferenceId() == null
                ? found.stream().anyMatch(it -> isPending(it) || it.state() == PendingState.EXPIRED)
                : event.object() != null || found.stream().noneMatch(it -> it.outputLocation() == null);
        boolean isYoung =
                event.age() != null && event.age().compareTo(GRACE) < 0 || System.nanoTime() - awayAt < GRACE.toNanos();
        if (isYoung && !isComplete) {
            return Optional.empty();
        }
        if (found.isEmpty()) {
            return Optional.of(RequestRecord.UNTRACKED);
        }
        RequestRecord record = new RequestRecord(found.get());
        inFlight.add(record);
        return Optional.of(record);
    }

    /**
     * A result turned out to be delivered already, so its request's record ends, if it has not.
     *
     * @return what is known of the request: nothing if the record was still pending, and not because it could not be ended here. Then
     *     it may be of a later request with the same name for its result, which needs its payload
     * @throws RuntimeException if that could not be stored; then the result is left for another attempt
     */
    public RequestRecord handledBefore(ResultEvent event) {
        PendingInvocation found = find(event).orElse(null);
        if (found == null) {
            return RequestRecord.UNTRACKED;
        }
        end(found.key(), event.status());
        RequestRecord record = new RequestRecord(found);
        if (!isPending(found) || unended.containsKey(found.key())) {
            return record;
        }
        if (record.inputLocation() != null) {
            LOG.warn(
                    "The payload {} stays, also with deleteInputAfterRead: {} was delivered before, but the record of"
                            + " request {} was still pending, so the payload may be of a later request",
                    record.inputLocation(),
                    event,
                    record.inferenceId());
        }
        return RequestRecord.UNTRACKED;
    }

    private Optional<PendingInvocation> find(ResultEvent event) {
        if (store == null) {
            return Optional.empty();
        }
        S3Location place = event.object() != null ? event.object() : event.outputLocation();
        return Optional.ofNullable(event.inferenceId())
                .flatMap(id -> store.find(new InvocationKey(endpointName, id)))
                // An id alone is not believed where the places contradict it.
                .filter(it -> event.status() != InferenceStatus.COMPLETED
                        || event.object() == null
                        || it.outputLocation() == null
                        || it.isAt(event.object().uri()))
                .or(() -> Optional.ofNullable(place)
                        .flatMap(at -> store.findByLocation(at.uri()))
                        .filter(it -> it.endpointName().equals(endpointName)));
    }

    private static boolean isPending(PendingInvocation invocation) {
        return invocation.state() == PendingState.PENDING;
    }

    /** Whether no sweep has the record. A deadline that is far away needs no hold: renewing looks again. */
    private boolean hold(PendingInvocation invocation) {
        Instant now = clock.instant();
        return invocation.deadline().isAfter(now.plus(lease()))
                || store.claim(invocation.key(), PendingClaim.ofResult(now, lease()));
    }

    /** Holds what is under way for another while, and ends what could not be ended before. Often within each lease. */
    public void renew() {
        inFlight.stream()
                .map(record -> record.invocation)
                .filter(RequestRecords::isPending)
                .forEach(this::hold);
        unended.forEach((delivered, status) -> {
            end(delivered, status);
            unended.remove(delivered);
        });
    }

    private void end(InvocationKey key, InferenceStatus status) {
        PendingState outcome = status == InferenceStatus.FAILED ? PendingState.FAILED : PendingState.COMPLETED;
        store.end(key, outcome, clock.instant());
    }
}
