package io.github.camelsagemaker.async.internal.observe;

import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the producers and consumers of one component share for their observers. Endpoints of the same name share their meters:
 * counters add up, and a gauge is the sum of what each of them has.
 *
 * <p>Thread-safe. A MeterRegistry is looked for whenever an observer is made.
 */
public final class Observability {

    private static final Logger LOG = LoggerFactory.getLogger(Observability.class);

    private final Supplier<CamelContext> context;
    private static final String OTHERS = "other";
    private static final int MOST_ENDPOINTS = 1_000;

    /** Of all components: several of them, also in contexts of one name, may have one registry, which knows a gauge once. */
    private static final Map<GaugeKey, SharedGauge> GAUGES = new ConcurrentHashMap<>();

    private static final AtomicLong LAST_PART = new AtomicLong();

    private final Set<String> endpoints = new HashSet<>();

    private record GaugeKey(Meters meters, Metric metric, List<String> labels) {}

    public Observability(Supplier<CamelContext> context) {
        this.context = context;
    }

    /** The observer of one producer, to be closed with it. */
    public RequestObserver requests(String endpointName) {
        return new RequestObserver(meters(endpointName), endpointName, Clock.systemUTC());
    }

    /** The observer of one consumer, to be closed with it. */
    public ResultObserver results(String endpointName) {
        return new ResultObserver(meters(endpointName), endpointName, Clock.systemUTC());
    }

    /** None without Micrometer, or without a MeterRegistry among the beans. */
    private Meters meters(String endpointName) {
        try {
            return MicrometerMeters.find(context.get(), label(endpointName));
        } catch (NoClassDefFoundError e) {
            LOG.debug("No metrics: Micrometer is not on the class path ({})", e.getMessage());
            return Meters.NONE;
        }
    }

    /** Names may come from messages (toD), without end, and a registry keeps each. */
    private synchronized String label(String endpointName) {
        if (endpoints.size() < MOST_ENDPOINTS) {
            endpoints.add(endpointName);
        }
        return endpoints.contains(endpointName) ? endpointName : OTHERS;
    }

    /** Values that are equal to each other count once. What is returned takes the value away; a second call does nothing. */
    static Runnable gauge(Meters meters, Metric metric, LongSupplier value, String... labels) {
        if (meters == Meters.NONE) {
            return () -> {};
        }
        GaugeKey key = new GaugeKey(meters, metric, List.of(labels));
        long part = LAST_PART.incrementAndGet(); // the same value may be added again, and is then taken away once
        GAUGES.compute(key, (k, shared) -> {
            SharedGauge gauge = shared != null ? shared : new SharedGauge();
            gauge.parts.put(part, value);
            if (shared == null) {
                gauge.remover = meters.gauge(metric, gauge, labels);
            }
            return gauge;
        });
        return () -> GAUGES.computeIfPresent(key, (k, shared) -> {
            shared.parts.remove(part);
            if (!shared.parts.isEmpty()) {
                return shared;
            }
            shared.remover.run();
            return null;
        });
    }

    private static final class SharedGauge implements LongSupplier {

        /** Of equal ones the first is asked, until it is taken away: only who is asked counts anew. */
        private final Map<Long, LongSupplier> parts = new ConcurrentSkipListMap<>();

        private Runnable remover;

        @Override
        public long getAsLong() {
            return parts.values().stream()
                    .distinct()
                    .mapToLong(LongSupplier::getAsLong)
                    .sum();
        }
    }
}
