package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.internal.observe.Metric;
import io.github.camelsagemaker.async.testinfra.Fault;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;

/** Meters of a producer and a consumer, in the MeterRegistry among the context's beans. */
class MetricsTest extends QueueTestSupport {

    private final MeterRegistry registry = new SimpleMeterRegistry();

    private void startWithMetrics() throws Exception {
        context.getRegistry().bind("metrics", registry);
        AWS.aws()
                .endpoint("model")
                .outputPath("s3://" + results.bucket + "/out")
                .create();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:in").to("sagemaker-async:model?inputLocation=s3://" + results.bucket + "/in/");
            }
        });
        route("");
    }

    private Exchange send(Object body, Map<String, Object> headers) {
        return context.createProducerTemplate().request("direct:in", exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().setHeaders(new java.util.HashMap<>(headers));
        });
    }

    private double count(Metric metric, String... tags) {
        return registry.get(metric.meterName()).tag("endpoint", "model").tags(tags).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    @Test
    void requestsAreCountedByWayAndOutcome() throws Exception {
        startWithMetrics();

        send("12345", Map.of());
        send(new byte[128_001], Map.of());
        send("x", Map.of(SageMakerAsyncConstants.REQUEST_TTL_SECONDS, 1));
        AWS.aws().faults().next(4, Fault.throttle400());
        send("x", Map.of());

        assertThat(count(Metric.REQUESTS, "mode", "inline", "outcome", "accepted"))
                .isEqualTo(1);
        assertThat(count(Metric.REQUESTS, "mode", "s3", "outcome", "accepted")).isEqualTo(1);
        assertThat(count(Metric.REQUESTS, "mode", "none", "outcome", "invalid")).isEqualTo(1);
        assertThat(count(Metric.REQUESTS, "mode", "none", "outcome", "throttled"))
                .isEqualTo(1);
        assertThat(count(Metric.THROTTLES, "operation", "InvokeEndpointAsync")).isEqualTo(1);
        assertThat(registry.get(Metric.PAYLOAD.meterName())
                        .tag("mode", "inline")
                        .summary()
                        .totalAmount())
                .isEqualTo(5);
        assertThat(registry.get(Metric.PAYLOAD.meterName())
                        .tag("mode", "s3")
                        .summary()
                        .totalAmount())
                .isEqualTo(128_001);
        assertThat(registry.get(Metric.REQUESTS_IN_FLIGHT.meterName()).gauge().value())
                .isZero();
    }

    @Test
    void resultsAreCountedByOutcomeAndTimed() throws Exception {
        startWithMetrics();
        results.land("a.out", "hello");
        results.send(results.completed("a.out")
                .replaceFirst("\"receivedTime\":\"[^\"]*\"", "\"receivedTime\":\"2026-01-25T22:45:50.608Z\""));
        awaitEmitted(1);
        results.send(results.completed("a.out"));
        results.send("not json");

        await().atMost(SOON)
                .until(() -> consumer().getRefusedMessages() > 0 && consumer().getDuplicates() > 0);
        assertThat(count(Metric.RESULTS, "outcome", "completed")).isEqualTo(1);
        await().atMost(SOON).until(() -> count(Metric.RESULTS, "outcome", "duplicate") == 1);
        assertThat(count(Metric.POISON, "reason", "malformed")).isGreaterThanOrEqualTo(1);
        assertThat(registry.get(Metric.RESULT_TIME.meterName())
                        .tag("outcome", "completed")
                        .timer()
                        .totalTime(java.util.concurrent.TimeUnit.SECONDS))
                .isEqualTo(10);
        assertThat(registry.get(Metric.DELIVERY_DELAY.meterName()).timer().count())
                .isEqualTo(1);
    }

    @Test
    void everyMeterHasItsDocumentedLabelsAndNoOthers() throws Exception {
        startWithMetrics();
        send("12345", Map.of());

        for (Meter meter : registry.getMeters()) {
            Metric metric = Arrays.stream(Metric.values())
                    .filter(m -> m.meterName().equals(meter.getId().getName()))
                    .findFirst()
                    .orElseThrow();
            Set<String> labels =
                    meter.getId().getTags().stream().map(Tag::getKey).collect(Collectors.toSet());
            assertThat(labels).containsAll(metric.labels()).contains("endpoint", "camelContext");
            assertThat(labels).hasSize(metric.labels().size() + 2);
        }
    }

    @Test
    void gaugesGoWithTheirRoutesAndCountersStay() throws Exception {
        startWithMetrics();
        send("12345", Map.of());

        context.stop();

        assertThat(registry.find(Metric.REQUESTS_IN_FLIGHT.meterName()).gauges())
                .isEmpty();
        assertThat(registry.find(Metric.RESULTS_IN_FLIGHT.meterName()).gauges()).isEmpty();
        assertThat(count(Metric.REQUESTS, "outcome", "accepted")).isEqualTo(1);
    }
}
