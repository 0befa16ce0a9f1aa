package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.testinfra.LocalAwsExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.ExceptionHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** A route that consumes from a queue of its own. */
abstract class QueueTestSupport {

    static final Duration SOON = Duration.ofSeconds(40);

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    final List<Message> emitted = new CopyOnWriteArrayList<>();
    final List<Throwable> reported = new CopyOnWriteArrayList<>();
    ResultsByQueue results;
    DefaultCamelContext context;

    @BeforeEach
    void start() {
        AWS.aws().faults().clear();
        AWS.aws().ledger().reset();
        use(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "30"));
    }

    /** Goes on with a new queue of these attributes. */
    void use(Map<QueueAttributeName, String> attributes) {
        results = new ResultsByQueue(AWS.aws(), attributes);
        context = results.context();
        context.getRegistry().bind("reported", handler());
    }

    private ExceptionHandler handler() {
        return new ExceptionHandler() {
            @Override
            public void handleException(Throwable exception) {
                reported.add(exception);
            }

            @Override
            public void handleException(String message, Throwable exception) {
                reported.add(exception);
            }

            @Override
            public void handleException(String message, Exchange exchange, Throwable exception) {
                reported.add(exception);
            }
        };
    }

    @AfterEach
    void stop() {
        AWS.aws().faults().clear();
        context.stop();
    }

    void route(String options, Processor step) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from(results.uri("exceptionHandler=#reported" + (options.isEmpty() ? "" : "&" + options)))
                        .routeId("results")
                        .process(step)
                        .process(exchange -> emitted.add(copy(exchange)));
            }
        });
        context.start();
    }

    void route(String options) throws Exception {
        route(options, exchange -> {});
    }

    private static Message copy(Exchange exchange) {
        exchange.getMessage().getBody(String.class);
        return exchange.getMessage().copy();
    }

    SageMakerAsyncQueueConsumer consumer() {
        return (SageMakerAsyncQueueConsumer) context.getRoute("results").getConsumer();
    }

    void awaitEmitted(int count) {
        await().atMost(SOON).untilAsserted(() -> assertThat(emitted).hasSize(count));
    }

    void awaitQueueEmpty() {
        await().atMost(SOON).untilAsserted(() -> assertThat(results.messages()).isZero());
    }

    long calls(String operation) {
        return AWS.aws().ledger().calls(operation);
    }
}
