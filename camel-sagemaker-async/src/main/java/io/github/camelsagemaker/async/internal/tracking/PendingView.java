package io.github.camelsagemaker.async.internal.tracking;

import io.github.camelsagemaker.async.tracking.InvocationKey;
import io.github.camelsagemaker.async.tracking.PendingInvocationStore;
import io.github.camelsagemaker.async.tracking.PendingStatistics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators ask about the tracked requests of an endpoint. Thread-safe; methods block on the store, but for {@link #getAsLong}.
 *
 * <p>Counting may take the store a while, and monitoring asks for one number after the other, so counts are up to {@link #MAX_AGE} old,
 * and older where counting takes long: a store is busy with it for a twentieth of the time at most, however much it holds.
 */
public final class PendingView implements LongSupplier {

    private static final Logger LOG = LoggerFactory.getLogger(PendingView.class);

    public static final Duration MAX_AGE = Duration.ofSeconds(5);

    private static final int PAUSE = 20;
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    private final String endpointName;
    private final PendingInvocationStore store;
    private final Executor workers;
    private final Clock clock;
    private final AtomicBoolean counting = new AtomicBoolean();
    private volatile long pending;
    private volatile boolean failing;
    private PendingStatistics counted;
    private Instant countedAt;
    private Duration maxAge;

    /** @param workers where the store counts for who must not wait */
    public PendingView(String endpointName, PendingInvocationStore store, Executor workers, Clock clock) {
        this.endpointName = endpointName;
        this.store = store;
        this.workers = workers;
        this.clock = clock;
    }

    public String endpointName() {
        return endpointName;
    }

    /** The counts, shared by all who ask within their age. */
    public synchronized PendingStatistics statistics() {
        Instant now = clock.instant();
        if (counted == null || Duration.between(countedAt, now).abs().compareTo(maxAge) >= 0) {
            counted = store.statistics(endpointName);
            countedAt = now;
            long pause = Duration.between(now, clock.instant()).toMillis() * PAUSE;
            maxAge = Duration.ofMillis(Math.min(Math.max(pause, MAX_AGE.toMillis()), LONGEST_PAUSE.toMillis()));
        }
        return counted;
    }

    /** The age of the oldest pending request; zero if none is pending. */
    public Duration oldestAge() {
        Instant oldest = statistics().oldestPending();
        return oldest == null ? Duration.ZERO : Duration.between(oldest, clock.instant());
    }

    /** By names, in an order made for reading. Without its headers, which may be anything; empty if there is no record. */
    public Optional<Map<String, Object>> find(String inferenceId) {
        return store.find(new InvocationKey(endpointName, inferenceId)).map(invocation -> {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("inferenceId", invocation.inferenceId());
            facts.put("endpointName", invocation.endpointName());
            facts.put("state", invocation.state());
            facts.put("created", invocation.created());
            facts.put("deadline", invocation.deadline());
            facts.put("expiredAt", invocation.expiredAt());
            facts.put("outputLocation", invocation.outputLocation());
            facts.put("failureLocation", invocation.failureLocation());
            facts.put("inputLocation", invocation.inputLocation());
            facts.values().removeIf(Objects::isNull);
            facts.replaceAll((name, value) -> value.toString());
            return facts;
        });
    }

    /** Has the store counted, so that the first reading of the gauge finds a number. {@link #statistics} does not get this one. */
    public void countFirst() {
        counting.set(false); // one that an earlier producer's pool dropped at its end never ends
        count(() -> store.statistics(endpointName));
    }

    /**
     * The number of pending requests for those who must not wait, such as a registry's threads: the number counted last, while the
     * store is counted anew. Nobody asks, nothing is counted. While the store fails, the number stays.
     */
    @Override
    public long getAsLong() {
        count(this::statistics);
        return pending;
    }

    private void count(Supplier<PendingStatistics> statistics) {
        if (!counting.compareAndSet(false, true)) {
            return;
        }
        workers.execute(() -> {
            try {
                pending = statistics.get().pending();
                failing = false;
            } catch (RuntimeException e) {
                if (!failing) {
                    failing = true;
                    LOG.warn(
                            "The pending requests of SageMaker endpoint {} cannot be counted; their gauge stays at {}",
                            endpointName,
                            pending,
                            e);
                }
            } finally {
                counting.set(false);
            }
        });
    }

    /** Two of the same store and endpoint are equal: they show the same records. */
    @Override
    public boolean equals(Object other) {
        return other instanceof PendingView that && that.store == store && that.endpointName.equals(endpointName);
    }

    @Override
    public int hashCode() {
        return 31 * System.identityHashCode(store) + endpointName.hashCode();
    }
}
