package io.github.camelsagemaker.async.internal.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.apache.camel.CamelContext;

/** Measures with Micrometer. The only class that needs it; nothing but {@link Observability} may name this class. */
record MicrometerMeters(MeterRegistry registry, Tags common) implements Meters {

    /** The meters of the registry that camel-micrometer uses, else of the only one there is. */
    static Meters find(CamelContext context, String endpoint) {
        // As camel-micrometer names it.
        MeterRegistry registry = context.getRegistry().lookupByNameAndType("metricsRegistry", MeterRegistry.class);
        if (registry == null) {
            registry = context.getRegistry().findSingleByType(MeterRegistry.class);
        }
        return registry == null
                ? NONE
                : new MicrometerMeters(
                        registry, Tags.of(Metric.CAMEL_CONTEXT, context.getName(), Metric.ENDPOINT, endpoint));
    }

    @Override
    public LongConsumer meter(Metric metric, String... labels) {
        String name = metric.meterName();
        String description = metric.description;
        Tags tags = tags(metric, labels);
        return switch (metric.kind) {
            case COUNTER ->
                Counter.builder(name).description(description).tags(tags).register(registry)::increment;
            case BYTES ->
                DistributionSummary.builder(name)
                        .description(description)
                        .baseUnit("bytes")
                        .tags(tags)
                        .register(registry)::record;
            case NANOSECONDS -> {
                Timer timer =
                        Timer.builder(name).description(description).tags(tags).register(registry);
                yield nanos -> timer.record(nanos, TimeUnit.NANOSECONDS);
            }
            case GAUGE -> throw new IllegalArgumentException(metric + " is a gauge");
        };
    }

    @Override
    public Runnable gauge(Metric metric, LongSupplier value, String... labels) {
        Gauge gauge = Gauge.builder(metric.meterName(), value, LongSupplier::getAsLong)
                .description(metric.description)
                .tags(tags(metric, labels))
                .strongReference(true)
                .register(registry);
        return () -> registry.remove(gauge);
    }

    private Tags tags(Metric metric, String... labels) {
        Tags tags = common;
        for (int i = 0; i < labels.length; i++) {
            tags = tags.and(metric.labels().get(i), labels[i]);
        }
        return tags;
    }
}
