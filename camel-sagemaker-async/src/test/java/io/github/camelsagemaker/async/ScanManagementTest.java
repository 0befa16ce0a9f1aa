package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.testinfra.Fault;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.impl.engine.PooledExchangeFactory;
import org.junit.jupiter.api.Test;

/** What operators see, and options of Camel's own that change how exchanges come to be. */
class ScanManagementTest extends ScanTestSupport {

    @Test
    void aConsumerThatCannotListIsNotReady() throws Exception {
        HealthCheckRegistry registry = HealthCheckRegistry.get(context);
        registry.setEnabled(true);
        registry.register(registry.resolveById("consumers"));
        aws().faults().forS3("ListObjectsV2", Integer.MAX_VALUE, Fault.accessDenied403());
        start(counting(scan()));

        eventually(() -> HealthCheckHelper.invokeReadiness(context).stream()
                .anyMatch(result -> result.getState() == HealthCheck.State.DOWN
                        && result.getMessage().orElseThrow().contains("outputLocation")));

        aws().faults().clear();

        eventually(() -> HealthCheckHelper.invokeReadiness(context).stream()
                .allMatch(result -> result.getState() == HealthCheck.State.UP));
    }

    @Test
    void pooledExchangesDoNotMixResults() throws Exception {
        context.getCamelContextExtension().setExchangeFactory(new PooledExchangeFactory());
        for (int i = 0; i < 60; i++) {
            put("out/" + i, "content of " + i);
        }
        List<String> mixed = new CopyOnWriteArrayList<>();
        List<String> received = new CopyOnWriteArrayList<>();
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(scan("maxInFlight=8")).process(exchange -> {
                    String key = exchange.getMessage()
                            .getHeader("CamelAwsSageMakerAsyncOutputLocation", String.class)
                            .substring(at("out/").length());
                    received.add(key);
                    if (!exchange.getMessage().getBody(String.class).equals("content of " + key)) {
                        mixed.add(key);
                    }
                });
            }
        });

        eventually(() -> keys().isEmpty());
        assertThat(mixed).isEmpty();
        assertThat(received).hasSize(60).doesNotHaveDuplicates();
    }

    @Test
    void whatWasMovedAwayIsCountedUntilTheCountersAreReset() throws Exception {
        put("out/a", "result");
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(scan("maxAttempts=1", "moveFailedLocation=" + at("poison")))
                        .routeId("results")
                        .throwException(new IllegalStateException("always"));
            }
        });
        SageMakerAsyncScanConsumer consumer =
                (SageMakerAsyncScanConsumer) context.getRoute("results").getConsumer();
        eventually(() -> consumer.getPoisoned() == 1);

        consumer.resetCounters();

        assertThat(consumer.getPoisoned()).isZero();
    }

    private RouteBuilder counting(String uri) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(uri).routeId("results").process(exchange -> {});
            }
        };
    }
}
