package io.github.camelsagemaker.async.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.internal.concurrent.RouteStops.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.DefaultShutdownStrategy;
import org.apache.camel.spi.ShutdownPrepared;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteStopsTest {

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final List<String> stopped = new ArrayList<>();
    private final RouteStops stops = new RouteStops(Runnable::run, new RouteStops.Listener() {
        @Override
        public void contextStops() {}

        @Override
        public void routeStops(String routeId) {
            stopped.add(routeId);
        }

        @Override
        public void routeStarts(String routeId) {}
    });
    private ShutdownPrepared stop;

    @BeforeEach
    void aRouteWhoseStopHasRunOutOfTime() throws Exception {
        camel.setShutdownStrategy(new DefaultShutdownStrategy(camel) {
            @Override
            public boolean hasTimeoutOccurred() {
                return true;
            }
        });
        stops.start(camel);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").routeId("in").to("mock:out");
            }
        });
        camel.start();
        stop = camel.getRoute("in").getServices().stream()
                .filter(service -> service.getClass().getName().startsWith(RouteStops.class.getName()))
                .map(ShutdownPrepared.class::cast)
                .findFirst()
                .orElseThrow();
    }

    @AfterEach
    void close() {
        stops.close(camel);
        camel.stop();
    }

    private boolean isRefused() {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getExchangeExtension().setFromRouteId("in");
        CompletableFuture<String> call =
                stops.call(exchange, Target.SAGEMAKER, () -> CompletableFuture.completedFuture("sent"));
        return call.isCancelled();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothingIsSentAfterAStopByForceInWhateverOrderCamelTellsOfIt(boolean forceFirst) {
        stop.prepareShutdown(false, forceFirst);
        stop.prepareShutdown(false, !forceFirst);

        assertThat(isRefused()).isTrue();
    }

    @Test
    void aStopThatGaveUpBeforeItWasToldIsTakenBack() {
        stop.prepareShutdown(false, false);

        assertThat(isRefused()).isFalse();
    }

    @Test
    void aStopThatIsToldOfWhenItIsOverEndsNoWaitOfTheRouteThatWasStartedAgain() {
        stop.prepareShutdown(false, false);

        assertThat(stopped).isEmpty();
    }
}
