package io.github.camelsagemaker.async.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.internal.concurrent.RouteStops.Target;
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
    private final RouteStops stops = new RouteStops(Runnable::run);
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

    private CompletableFuture<String> call(Target to, CompletableFuture<String> answer) {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getExchangeExtension().setFromRouteId("in");
        return stops.call(exchange, to, () -> answer);
    }

    private boolean isRefused() {
        return call(Target.SAGEMAKER, CompletableFuture.completedFuture("sent")).isCancelled();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothingIsSentAfterAStopByForceInWhateverOrderCamelTellsOfIt(boolean forceFirst) {
        stop.prepareShutdown(false, forceFirst);
        stop.prepareShutdown(false, !forceFirst);

        assertThat(isRefused()).isTrue();
    }

    @Test
    void aStopByForceLetsWhatClearsUpGoOnAndRefusesNothingElseThatDoes() {
        CompletableFuture<String> answer = new CompletableFuture<>();
        CompletableFuture<String> underWay = call(Target.CLEAN_UP, answer);
        stop.prepareShutdown(false, true);

        CompletableFuture<String> another = call(Target.CLEAN_UP, CompletableFuture.completedFuture("gone"));
        answer.complete("gone");

        assertThat(underWay).isCompletedWithValue("gone");
        assertThat(another).isCompletedWithValue("gone");
    }

    @Test
    void aStopThatGaveUpBeforeItWasToldIsTakenBack() {
        stop.prepareShutdown(false, false);

        assertThat(isRefused()).isFalse();
    }
}
