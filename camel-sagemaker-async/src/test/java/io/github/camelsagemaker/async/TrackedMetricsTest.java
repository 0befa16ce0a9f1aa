package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.internal.observe.Metric;
import io.github.camelsagemaker.async.tracking.MemoryPendingInvocationStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

/** Meters of tracked requests: how many are pending in the store, and how many expired. */
class TrackedMetricsTest extends TrackingTestSupport {

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final MemoryPendingInvocationStore store = new MemoryPendingInvocationStore();

    /** Two producers of one endpoint, which share the store. */
    private DefaultCamelContext sender() throws Exception {
        DefaultCamelContext node = node(store);
        node.getRegistry().bind("metrics", registry);
        node.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:in").to("sagemaker-async:model?pendingDeadline=1000");
                from("direct:other").to("sagemaker-async:model?pendingDeadline=1001");
            }
        });
        node.start();
        return node;
    }

    private void receiver() throws Exception {
        DefaultCamelContext node = node(store);
        node.getRegistry().bind("metrics", registry);
        node.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from(byQueue())
                        .process(exchange -> emitted.add(exchange.getMessage().copy()));
            }
        });
        node.start();
    }

    private double pending() {
        return registry.get(Metric.PENDING.meterName())
                .tag("endpoint", "model")
                .tag("source", "store")
                .gauge()
                .value();
    }

    private double expired() {
        return registry.get(Metric.RESULTS.meterName()).tag("outcome", "expired").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    @Test
    void requestsArePendingUntilTheyExpireAndAreCountedThenAndTwoProducersShowThemOnce() throws Exception {
        holdModel();
        DefaultCamelContext sender = sender();
        for (int i = 0; i < 3; i++) {
            sent(sender, "body", Map.of());
        }
        soon().until(() -> pending() == 3);

        receiver();
        awaitEmitted(3);

        soon().until(() -> expired() == 3);
        soon().until(() -> pending() == 0);
    }

    @Test
    void whatWasPendingBeforeTheStartIsShownAndTheGaugeGoesWithTheProducer() throws Exception {
        holdModel();
        sent(sender(store, ""), "body", Map.of());
        DefaultCamelContext other = sender();
        soon().until(() -> pending() == 1);

        other.stop();

        assertThat(registry.find(Metric.PENDING.meterName()).gauges()).isEmpty();
    }
}
