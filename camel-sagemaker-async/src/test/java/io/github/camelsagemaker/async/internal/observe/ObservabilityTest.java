package io.github.camelsagemaker.async.internal.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.stream.IntStream;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

class ObservabilityTest {

    private final MeterRegistry registry = new SimpleMeterRegistry();

    private Observability ofContext(String name) {
        DefaultCamelContext context = new DefaultCamelContext();
        context.getCamelContextExtension().setName(name);
        context.getRegistry().bind("metrics", registry);
        return new Observability(() -> context);
    }

    private double inFlight() {
        return registry.get(Metric.REQUESTS_IN_FLIGHT.meterName()).gauge().value();
    }

    @Test
    void aGaugeOfContextsOfOneNameIsTheirSumAndGoesWithTheLast() {
        RequestObserver first = ofContext("app").requests("model");
        RequestObserver second = ofContext("app").requests("model");
        first.begun();
        second.begun();
        second.begun();

        assertThat(inFlight()).isEqualTo(3);
        first.close();
        assertThat(inFlight()).isEqualTo(2);
        second.close();

        assertThat(registry.find(Metric.REQUESTS_IN_FLIGHT.meterName()).gauge()).isNull();
    }

    @Test
    void theFirstThousandNamesHaveMetersOfTheirOwnAndTheOthersShareOne() {
        Observability observability = ofContext("app");

        IntStream.rangeClosed(1, 1_100)
                .forEach(i -> observability.requests("tenant-" + i).close());
        observability.requests("tenant-1").close();

        assertThat(registry.find(Metric.PAYLOAD.meterName()).tag("mode", "s3").summaries())
                .hasSize(1_001)
                .extracting(meter -> meter.getId().getTag("endpoint"))
                .contains("tenant-1", "tenant-1000", "other")
                .doesNotContain("tenant-1001");
    }
}
