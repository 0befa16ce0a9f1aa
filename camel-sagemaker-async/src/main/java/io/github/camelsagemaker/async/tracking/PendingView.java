package io.github.camelsagemaker.async.tracking;

import io.github.camelsagemaker.async.result.S3Location;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What operators ask about the tracked requests of an endpoint. Thread-safe; methods block on the store.
 *
 * <p>Counting may take the store a while, and monitoring asks for one number after the other, so counts are up to {@link #MAX_AGE} old.
 */
public final class PendingView {

    /** How old counts may be. */
    public static final Duration MAX_AGE = Duration.ofSeconds(5);

    private final String endpointName;
    private final PendingInvocationStore store;
    private final Clock clock;
    private PendingStatistics counted;
    private Instant countedAt;

    public PendingView(String endpointName, PendingInvocationStore store, Clock clock) {
        this.endpointName = endpointName;
        this.store = store;
        this.clock = clock;
    }

    public PendingInvocationStore store() {
        return store;
    }

    /** The counts, the same for all who ask meanwhile. */
    public synchronized PendingStatistics statistics() {
        Instant now = clock.instant();
        if (counted == null || Duration.between(countedAt, now).abs().compareTo(MAX_AGE) >= 0) {
            counted = count();
            countedAt = now;
        }
        return counted;
    }

    /** The counts as they are now, for who asks only once; the next one counts again. */
    PendingStatistics count() {
        return store.statistics(endpointName);
    }

    /** The age of the oldest pending request; zero if none is pending. */
    public Duration oldestAge() {
        return statistics().oldestAge(clock.instant());
    }

    /**
     * What is known of one request, by names, in an order made for reading. Without its headers, which may be anything.
     *
     * @return empty if there is no record of the endpoint with this inference id
     */
    public Optional<Map<String, Object>> find(String inferenceId) {
        return store.find(inferenceId)
                .filter(invocation -> invocation.endpointName().equals(endpointName))
                .map(PendingView::describe);
    }

    private static Map<String, Object> describe(PendingInvocation invocation) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("inferenceId", invocation.inferenceId());
        facts.put("endpointName", invocation.endpointName());
        facts.put("state", invocation.state().name());
        facts.put("created", invocation.created().toString());
        facts.put("deadline", invocation.deadline().toString());
        putIfKnown(facts, "expiredAt", invocation.expiredAt());
        putIfKnown(facts, "outputLocation", uri(invocation.outputLocation()));
        putIfKnown(facts, "failureLocation", uri(invocation.failureLocation()));
        putIfKnown(facts, "inputLocation", uri(invocation.inputLocation()));
        return facts;
    }

    private static void putIfKnown(Map<String, Object> facts, String name, Object value) {
        if (value != null) {
            facts.put(name, value.toString());
        }
    }

    private static String uri(S3Location location) {
        return location == null ? null : location.uri();
    }
}
