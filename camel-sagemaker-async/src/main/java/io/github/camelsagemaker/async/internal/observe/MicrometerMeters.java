package io.github.camelsagemaker.async.internal.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.apache.camel.CamelContext;

/** Measures with Micrometer. The only class that needs it; nothing but {@link Observability} may name this class. */
final class MicrometerMeters implements Meters {

    /** As camel-micrometer names its registry. */
    private static final String CAMEL_REGISTRY = "metricsRegistry";

    private final MeterRegistry registry;
    private final String context;

    MicrometerMeters(MeterRegistry registry, String context) {
        this.registry = registry;
        this.context = context;
    }

    /** The meters of the registry that camel-micrometer uses, else of the only one there is. */
    static Meters find(CamelContext context) {
        MeterRegistry registry = context.getRegistry().lookupByNameAndType(CAMEL_REGISTRY, MeterRegistry.class);
        if (registry == null) {
            registry = context.getRegistry().findSingleByType(MeterRegistry.class);
        }
        return registry == null ? NONE : new MicrometerMeters(registry, context.getName());
    }

    @Override
    public LongConsumer counter(Metric metric, String endpoint, String... labels) {
        Counter counter = Counter.builder(metric.meterName())
                .description(metric.description())
                .baseUnit(metric.unit())
                .tags(tags(metric, endpoint, labels))
                .register(registry);
        return counter::increment;
    }

    @Override
    public LongConsumer summary(Metric metric, String endpoint, String... labels) {
        DistributionSummary summary = DistributionSummary.builder(metric.meterName())
                .description(metric.description())
                .baseUnit(metric.unit())
                .tags(tags(metric, endpoint, labels))
                .register(registry);
        return summary::record;
    }

    @Override
    public Consumer<Duration> timer(Metric metric, String endpoint, String... labels) {
        Timer timer = Timer.builder(metric.meterName())
                .description(metric.description())
                .tags(tags(metric, endpoint, labels))
                .register(registry);
        return timer::record;
    }

    @Override
    public Runnable gauge(Metric metric, LongSupplier value, String endpoint, String... labels) {
        Gauge gauge = Gauge.builder(metric.meterName(), value, LongSupplier::getAsLong)
                .description(metric.description())
                .baseUnit(metric.unit())
                .tags(tags(metric, endpoint, labels))
                .strongReference(true)
                .register(registry);
        return () -> registry.remove(gauge);
    }

    private List<Tag> tags(Metric metric, String endpoint, String... labels) {
        List<Tag> tags = new ArrayList<>();
        tags.add(Tag.of(Metric.CAMEL_CONTEXT, context));
        tags.add(Tag.of(Metric.ENDPOINT, endpoint));
        for (int i = 0; i < metric.labels().size(); i++) {
            tags.add(Tag.of(metric.labels().get(i), labels[i]));
        }
        return tags;
    }
}
