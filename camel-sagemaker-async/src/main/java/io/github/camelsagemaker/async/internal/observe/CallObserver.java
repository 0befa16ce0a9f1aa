package io.github.camelsagemaker.async.internal.observe;

import io.github.camelsagemaker.async.error.ThrottledException;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** What observers of producers and consumers have in common: what is counted, for JMX since the start and for meters, health, gauges. */
public abstract class CallObserver implements AutoCloseable {

    final Meters meters;
    final String endpointName;
    final CallHealth health;
    final List<Runnable> closing = new CopyOnWriteArrayList<>();
    private final Map<Enum<?>, Counter> counters = new ConcurrentHashMap<>();

    private record Counter(LongAdder sinceStart, LongConsumer meter) {}

    CallObserver(Meters meters, String endpointName, Clock clock, Duration memory) {
        this.meters = meters;
        this.endpointName = endpointName;
        this.health = new CallHealth(clock, memory);
    }

    final void count(Enum<?> what, Metric metric, String... labels) {
        Counter counter =
                counters.computeIfAbsent(what, key -> new Counter(new LongAdder(), meters.meter(metric, labels)));
        counter.sinceStart.increment();
        counter.meter.accept(1);
    }

    /** How often this was counted since the start, or the last {@link #reset}. */
    public final long counted(Enum<?> what) {
        Counter counter = counters.get(what);
        return counter == null ? 0 : counter.sinceStart.sum();
    }

    /** Begins to count anew; what is in flight stays. Meters go on. */
    public void reset() {
        counters.clear();
    }

    static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    final void meterThrottling(Throwable failure) {
        if (Futures.unwrap(failure) instanceof ThrottledException call) {
            meters.meter(Metric.THROTTLES, call.getOperation()).accept(1);
        }
    }

    /** Shows a number until {@link #close}; threads of the registry ask for it, and must not be blocked. Equal ones count once. */
    public final void gauge(Metric metric, LongSupplier number, String... labels) {
        closing.add(Observability.gauge(meters, metric, number, labels));
    }

    public final CallHealth health() {
        return health;
    }

    /** What fails at present, for people; empty if nothing does. */
    public final String failing() {
        return CallHealth.summary(health.failures());
    }

    @Override
    public final void close() {
        closing.forEach(Runnable::run);
        closing.clear();
    }
}
