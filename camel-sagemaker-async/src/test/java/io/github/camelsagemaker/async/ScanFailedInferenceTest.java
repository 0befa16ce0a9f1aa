package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.error.InferenceFailedException;
import io.github.camelsagemaker.async.testinfra.Model;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of failed inferences, and of exchanges that fail. */
class ScanFailedInferenceTest extends ScanTestSupport {

    private final List<Exchange> routed = new CopyOnWriteArrayList<>();
    private final List<InferenceFailedException> caught = new CopyOnWriteArrayList<>();

    @BeforeEach
    void aFailureOfTheModel() {
        aws().endpoint("e")
                .outputPath(at("out/"))
                .failurePath(at("failed/"))
                .model(Model.failing("the model ran out of memory"))
                .create();
    }

    @Test
    void aFailureIsAnExchangeWithItsContent() throws Exception {
        start(routing("onFailedInference=EXCHANGE"));
        invoke();

        eventually(() -> routed.size() == 1 && keys().isEmpty());
        Exchange exchange = routed.get(0);
        assertThat(exchange.getMessage().getHeader("CamelAwsSageMakerAsyncInvocationStatus"))
                .isEqualTo(InferenceStatus.FAILED);
        assertThat(exchange.getMessage().getBody(String.class)).contains("the model ran out of memory");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anExceptionGoesToTheErrorHandlerWithTheFailure(boolean streamBody) throws Exception {
        start(catching("onFailedInference=EXCEPTION&streamBody=" + streamBody, true));
        invoke();

        eventually(() -> caught.size() == 1 && keys().isEmpty());
        assertThat(routed).isEmpty();
        assertThat(caught.get(0).getFailureLocation()).startsWith(at("failed/"));
        assertThat(caught.get(0).getFailureBody()).contains("the model ran out of memory");
        assertThat(caught.get(0).getMessage()).contains("'e'").doesNotContain("out of memory");
    }

    @Test
    void anExceptionThatNobodyHandlesLeavesTheFailure() throws Exception {
        start(catching("onFailedInference=EXCEPTION", false));
        invoke();

        eventually(() -> caught.size() >= 3);
        assertThat(keys()).singleElement().asString().startsWith("failed/");
        assertThat(routed).isEmpty();
    }

    @Test
    void anIgnoredFailureIsSettledAndCountedUnread() throws Exception {
        List<String> log = CapturedLog.of(() -> {
            start(routing("onFailedInference=IGNORE"));
            invoke();
            eventually(() -> consumer().getFailedInferences() == 1 && keys().isEmpty());
        });

        assertThat(log)
                .filteredOn(line -> line.contains("Ignoring a failed inference"))
                .isNotEmpty()
                .noneMatch(line -> line.contains("null"));
        assertThat(routed).isEmpty();
        assertThat(aws().ledger().calls("GetObject")).isZero();
    }

    @Test
    void aLongFailureIsCutInTheExceptionOnly() throws Exception {
        put("failed/x", "x".repeat(10_000));
        start(catching("onFailedInference=EXCEPTION", true));

        eventually(() -> caught.size() == 1);
        assertThat(caught.get(0).getFailureBody()).hasSize(4096);
    }

    @Test
    void anExchangeHandledByTheDeadLetterChannelIsSettled() throws Exception {
        put("out/a", "result");
        start(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(deadLetterChannel("direct:dead"));
                from("direct:dead").process(routed::add);
                from(scan()).throwException(new IllegalStateException("always"));
            }
        });

        eventually(() -> keys().isEmpty());
        assertThat(routed).hasSize(1);
    }

    @Test
    void anExchangeMarkedForRollbackIsNotSettled() throws Exception {
        put("out/a", "result");
        AtomicInteger attempts = new AtomicInteger();
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(scan())
                        .process(exchange -> attempts.incrementAndGet())
                        .filter(exchange -> attempts.get() < 3)
                        .markRollbackOnly();
            }
        });

        eventually(() -> keys().isEmpty());
        assertThat(attempts).hasValue(3);
    }

    @Test
    void withBridgeErrorHandlerAPollThatFailsGoesToTheErrorHandler() throws Exception {
        List<Exchange> bridged = new CopyOnWriteArrayList<>();
        start(new RouteBuilder() {
            @Override
            public void configure() {
                onException(Exception.class).handled(true).process(bridged::add);
                from("sagemaker-async:e?outputLocation=s3://no-such-" + bucket
                                + "/out/&initialDelay=0&bridgeErrorHandler=true&checkBucketsAtStart=false")
                        .process(routed::add);
            }
        });

        eventually(() -> !bridged.isEmpty());
        assertThat(bridged.get(0).getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class))
                .hasMessageContaining("no-such-" + bucket)
                .hasMessageContaining("outputLocation");
        assertThat(routed).isEmpty();
    }

    @Test
    void withBridgeErrorHandlerAFailedExchangeIsNotHandedInTwice() throws Exception {
        put("out/a", "result");
        AtomicInteger handled = new AtomicInteger();
        start(new RouteBuilder() {
            @Override
            public void configure() {
                onException(Exception.class).handled(false).process(exchange -> handled.incrementAndGet());
                from(scan("bridgeErrorHandler=true", "maxAttempts=2", "moveFailedLocation=" + at("poison")))
                        .throwException(new IllegalStateException("always"));
            }
        });

        eventually(() -> keys().equals(List.of("poison/a")));
        assertThat(handled).hasValue(2);
    }

    private RouteBuilder routing(String options) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:invoke").to("sagemaker-async:e");
                from(scan("failureLocation=" + at("failed/"), options))
                        .routeId("results")
                        .process(ScanFailedInferenceTest.this::route);
            }
        };
    }

    private RouteBuilder catching(String options, boolean handled) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                onException(InferenceFailedException.class)
                        .handled(handled)
                        .process(exchange -> caught.add(
                                exchange.getProperty(Exchange.EXCEPTION_CAUGHT, InferenceFailedException.class)));
                from("direct:invoke").to("sagemaker-async:e");
                from(scan("failureLocation=" + at("failed/"), options)).process(routed::add);
            }
        };
    }

    private void route(Exchange exchange) {
        exchange.getMessage().setBody(exchange.getMessage().getBody(String.class));
        routed.add(exchange);
    }

    private void invoke() {
        context.createFluentProducerTemplate()
                .to("direct:invoke")
                .withBody("payload")
                .send();
    }

    private SageMakerAsyncScanConsumer consumer() {
        return (SageMakerAsyncScanConsumer) context.getRoute("results").getConsumer();
    }
}
