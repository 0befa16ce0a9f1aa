package io.github.camelsagemaker.async.it.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.internal.observe.Metric;
import io.github.camelsagemaker.async.testinfra.Fault;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The dashboard asks for what the component measures, under the names that Prometheus sees. */
class DashboardTest extends OperationsTestSupport {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    @BeforeEach
    void measure() {
        context.getRegistry().bind("prometheus", registry);
    }

    /** The names as they are at the beginning of the lines. */
    private Set<String> exposed() {
        return registry.scrape()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.replaceAll("[{ ].*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everySeriesOfTheDashboardIsMeasured() throws Exception {
        context.addRoutes(new org.apache.camel.builder.RouteBuilder() {
            @Override
            public void configure() {
                from("direct:await").to(producer("&awaitResult=true"));
            }
        });
        routes("");
        aws().faults().next(4, Fault.throttle400());
        send("throttled", Map.of());
        context.createProducerTemplate().asyncSendBody("direct:await", "awaited");
        send("hello", Map.of());
        String url =
                aws().sqsClient().getQueueUrl(q -> q.queueName(queue)).join().queueUrl();
        aws().sqsClient()
                .sendMessage(m -> m.queueUrl(url).messageBody("poison"))
                .join();

        await().atMost(SOON).untilAsserted(() -> assertThat(exposed())
                .containsAll(Dashboard.read().series()));
        assertThat(result().getHeader(SageMakerAsyncConstants.INFERENCE_ID)).isNotNull();
    }

    @Test
    void everyMetricIsOnTheDashboard() throws Exception {
        String text = Dashboard.read().text();

        assertThat(Arrays.stream(Metric.values())
                        .filter(metric -> !text.contains(metric.meterName().replace('.', '_'))))
                .isEmpty();
    }

    @Test
    void noPanelIsEmptyInAHealthyRun() throws Exception {
        context.addRoutes(new org.apache.camel.builder.RouteBuilder() {
            @Override
            public void configure() {
                from("direct:await").to(producer("&awaitResult=true"));
            }
        });
        routes("");
        Scrape before = new Scrape(0, registry.scrape());
        send("hello", Map.of());
        context.createProducerTemplate().sendBody("direct:await", "awaited");
        result();

        await().atMost(SOON).untilAsserted(() -> {
            Scrape now = new Scrape(10_000, registry.scrape());
            assertThat(Dashboard.read().panels()).allSatisfy(panel -> assertThat(panel.targets())
                    .anySatisfy(target -> assertThat(now.evaluate(target.expression(), before))
                            .isNotEmpty()));
        });
    }

    @Test
    void everyPanelHasATitleAUnitAnAxisAndAQuery() throws Exception {
        assertThat(Dashboard.read().panels()).isNotEmpty().allSatisfy(panel -> {
            assertThat(panel.title()).isNotBlank();
            assertThat(panel.unit()).isIn("reqps", "cps", "Bps", "s", "short");
            assertThat(panel.axis()).isNotBlank();
            assertThat(panel.targets()).isNotEmpty().allSatisfy(target -> assertThat(target.expression())
                    .contains("endpoint=~\"$endpoint\""));
        });
    }
}
