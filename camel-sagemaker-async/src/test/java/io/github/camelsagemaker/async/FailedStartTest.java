package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A caller sees the reason of a start that failed, and no other failure; and nothing of it stays behind. */
class FailedStartTest {

    private static final String SCAN = "sagemaker-async:e?region=eu-west-1&outputLocation=s3://bucket/out/";
    private static final String QUEUE = SCAN + "&notificationQueue=results";
    private static final String PRODUCER = "sagemaker-async:e?region=eu-west-1";

    private final CamelContext context = new DefaultCamelContext();

    @BeforeEach
    void start() {
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @ParameterizedTest
    @ValueSource(strings = {SCAN, QUEUE})
    void aConsumerThatWasNeverStartedIsStoppedWithoutAFailure(String from) throws Exception {
        var consumer = context.getEndpoint(from).createConsumer(exchange -> {});

        assertThatCode(consumer::stop).doesNotThrowAnyException();
    }

    @Test
    void aProducerThatWasNeverStartedIsStoppedWithoutAFailure() throws Exception {
        var producer = context.getEndpoint(PRODUCER).createProducer();

        assertThatCode(producer::stop).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {SCAN, QUEUE})
    void aConsumerThatRefusesAnOptionSaysSoAndNothingElse(String from) {
        assertThatThrownBy(() -> context.addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from(from + "&maxInFlight=0").to("log:results");
                    }
                }))
                .hasStackTraceContaining("Option maxInFlight is 0")
                .hasNoSuppressedExceptions();
    }

    @Test
    void aProducerWhoseStartFailedLeavesNoHealthCheckBehind() throws Exception {
        HealthCheckRegistry registry = HealthCheckRegistry.get(context);
        registry.register(registry.resolveById("producers"));
        var producer = context.getEndpoint(PRODUCER + "&pendingDeadline=5000").createProducer();

        assertThatThrownBy(producer::start)
                .hasStackTraceContaining("Option pendingDeadline needs the option pendingStore")
                .hasNoSuppressedExceptions();

        assertThat(HealthCheckHelper.getHealthCheckRepository(context, "producers").stream())
                .isEmpty();
    }
}
