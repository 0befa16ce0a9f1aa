package io.github.camelsagemaker.async.internal.observe;

import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.error.ThrottledException;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.observe.CallHealth.CallFailure;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** What observers of producers and consumers have in common: counts since the start, health, gauges. */
public abstract class CallObserver implements AutoCloseable {

    final Meters meters;
    final String endpointName;
    final CallHealth health;
    final Observability observability;
    final List<Runnable> closing = new CopyOnWriteArrayList<>();
    private final Map<Enum<?>, LongAdder> counts = new ConcurrentHashMap<>();

    /** @param memory after how long without another call a failure counts no more; null for never */
    CallObserver(Observability observability, Meters meters, String endpointName, Clock clock, Duration memory) {
        this.observability = observability;
        this.meters = meters;
        this.endpointName = endpointName;
        this.health = new CallHealth(clock, memory);
    }

    final void count(Enum<?> what) {
        counts.computeIfAbsent(what, key -> new LongAdder()).increment();
    }

    /** How often this was counted since the start, or the last {@link #reset}. */
    public final long counted(Enum<?> what) {
        LongAdder count = counts.get(what);
        return count == null ? 0 : count.sum();
    }

    /** Begins to count anew; what is in flight stays. Meters go on. */
    public void reset() {
        counts.clear();
    }

    final void meterThrottling(Throwable failure) {
        if (Futures.unwrap(failure) instanceof ThrottledException) {
            SageMakerAsyncException call = (SageMakerAsyncException) Futures.unwrap(failure);
            meters.counter(Metric.THROTTLES, endpointName, call.getOperation()).accept(1);
        }
    }

    /** Shows a number until it is taken away, at the latest by {@link #close}. */
    final Runnable gauge(Metric metric, LongSupplier number, String... labels) {
        Runnable remover = observability.gauge(meters, metric, number, endpointName, labels);
        closing.add(remover);
        return remover;
    }

    public final CallHealth health() {
        return health;
    }

    /** What fails at present, for people; empty if nothing does. */
    public final String failing() {
        return health.failures().stream().map(CallFailure::summary).collect(Collectors.joining("; "));
    }

    /** Takes away what it shows. */
    @Override
    public final void close() {
        closing.forEach(Runnable::run);
        closing.clear();
    }
}
