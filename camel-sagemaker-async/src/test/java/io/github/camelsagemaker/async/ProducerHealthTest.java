package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.testinfra.Fault;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A producer's health check, which Camel shows when health checks of producers are enabled. */
class ProducerHealthTest extends ProducerTestSupport {

    private static final String ID = "producer:sagemaker-async-echo";

    @BeforeEach
    void enableHealthChecks() throws Exception {
        HealthCheckRegistry registry = HealthCheckRegistry.get(camel);
        registry.setEnabled(true);
        Object producers = registry.resolveById("producers");
        registry.register(producers);
        HealthCheckHelper.getHealthCheckRepository(camel, "producers").setEnabled(true);
        camel.getComponent("sagemaker-async", SageMakerAsyncComponent.class).setHealthCheckProducerEnabled(true);
        route("sagemaker-async:echo?maxRetries=0");
    }

    @Override
    void configure(SageMakerAsyncComponent component) {
        component.getConfiguration().setOverrideEndpoint(true);
        component
                .getConfiguration()
                .setUriEndpointOverride(aws.sageMakerEndpoint().toString());
        component.getConfiguration().setAccessKey(aws.accessKeyId());
        component.getConfiguration().setSecretKey(aws.secretAccessKey());
        component.getConfiguration().setRegion(aws.region());
    }

    private HealthCheck.Result check() {
        Collection<HealthCheck.Result> results = HealthCheckHelper.invokeReadiness(camel);
        return results.stream()
                .filter(result -> result.getCheck().getId().equals(ID))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No " + ID + " in " + results));
    }

    private HealthCheck.State state() {
        return check().getState();
    }

    @Test
    void itIsUpBeforeAnythingIsSent() {
        assertThat(state()).isEqualTo(HealthCheck.State.UP);
    }

    @Test
    void anOutageMakesItDownAndTheNextSuccessUpAgain() {
        aws.faults().next(1, Fault.unavailable503());

        assertThat(send("a").getException()).isNotNull();

        HealthCheck.Result down = check();
        assertThat(down.getState()).isEqualTo(HealthCheck.State.DOWN);
        assertThat(down.getDetails())
                .containsEntry("error.class", "ServiceUnavailableException")
                .containsEntry("aws.operation", "InvokeEndpointAsync")
                .containsKeys("aws.request.id", HealthCheck.FAILURE_START_TIME);
        sent("b", Map.of());
        assertThat(state()).isEqualTo(HealthCheck.State.UP);
    }

    @Test
    void aRefusalOfTheCredentialsMakesItDown() {
        aws.faults().next(1, Fault.accessDenied403());

        send("a");

        assertThat(state()).isEqualTo(HealthCheck.State.DOWN);
        assertThat(check().toString() + check().getDetails() + check().getMessage())
                .doesNotContain(aws.secretAccessKey())
                .doesNotContain(aws.accessKeyId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"no such endpoint", "bad\nheader"})
    void aSingleBadInputDoesNotMatter(String bad) {
        String header = bad.startsWith("no") ? "EndpointName" : "CustomAttributes";
        String value = bad.startsWith("no") ? "missing" : bad;

        Exchange refused = send("a", Map.of("CamelAwsSageMakerAsyncRequest" + header, value));

        assertThat(refused.getException()).isNotNull();
        assertThat(state()).isEqualTo(HealthCheck.State.UP);
    }

    @Test
    void throttlingDoesNotMatter() {
        aws.faults().next(1, Fault.throttle400());

        assertThat(send("a").getException()).isNotNull();

        assertThat(state()).isEqualTo(HealthCheck.State.UP);
    }

    @Test
    void twoProducersOfOneNameHaveTwoChecksAndAStoppedOneHasNone() throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:second").routeId("second").to("sagemaker-async:echo?maxRetries=0&inlineThreshold=5");
            }
        });
        assertThat(ids()).contains(ID, ID + "-2");

        camel.getRouteController().stopRoute("second");
        camel.removeRoute("second");

        assertThat(ids()).contains(ID).doesNotContain(ID + "-2");
    }

    private List<String> ids() {
        return HealthCheckHelper.getHealthCheckRepository(camel, "producers").stream()
                .map(HealthCheck::getId)
                .toList();
    }
}
