package io.github.camelsagemaker.async.it.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.testinfra.Fault;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** What only the log tells: objects that could not be deleted, headers that do not exist, messages that others lose. */
class WarningsTest extends OperationsTestSupport {

    private final Logger ours = (Logger) LoggerFactory.getLogger("io.github.camelsagemaker.async");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.start();
        ours.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        ours.detachAppender(lines);
    }

    @Test
    void eachDeliveredObjectOfABatchThatWasRefusedIsNamed() throws Exception {
        aws().faults()
                .forCalls("DeleteObjects", Integer.MAX_VALUE, Fault.accessDenied403())
                .forCalls("DeleteObject", Integer.MAX_VALUE, Fault.accessDenied403());
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .to(producer(
                                "&awaitResult=true&deleteInputAfterAwait=true&payloadMode=S3&resultTimeout=60000"));
            }
        });
        context.start();

        Exchange sent = send("hello", Map.of());

        assertThat(sent.getException()).isNull();
        for (String left : List.of(SageMakerAsyncConstants.OUTPUT_LOCATION, SageMakerAsyncConstants.INPUT_LOCATION)) {
            String location = sent.getMessage().getHeader(left, String.class);
            await().atMost(SOON).untilAsserted(() -> assertThat(warnings()).anyMatch(line -> line.contains(location)));
        }
    }

    @Test
    void aPayloadThatStaysBecauseItsResultDoesIsNamed() throws Exception {
        aws().faults().forCalls("DeleteObject", Integer.MAX_VALUE, Fault.accessDenied403());
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to(producer("&payloadMode=S3"));
                from(consumer("&deleteAfterRead=true&deleteInputAfterRead=true&inputLocation=s3://" + bucket + "/in/"))
                        .process(exchange -> results.add(exchange.getMessage().copy()));
            }
        });
        context.start();

        String input =
                send("hello", Map.of()).getMessage().getHeader(SageMakerAsyncConstants.INPUT_LOCATION, String.class);

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(warnings()).anyMatch(line -> line.contains("The payload " + input)));
    }

    @Test
    void aRequestHeaderThatDoesNotExistIsNamedOnceWithThoseThatDo() throws Exception {
        routes("");
        String header = SageMakerAsyncConstants.REQUEST_PREFIX + "TTLSecs";

        send("hello", Map.of(header, 60));
        send("hello again", Map.of(header, 60));

        assertThat(warnings())
                .filteredOn(line -> line.contains(header))
                .singleElement()
                .asString()
                .contains("EndpointName", "TtlSeconds", "PayloadMode");
    }

    @Test
    void aRedrivePolicyOfAQueueWhereForeignMessagesAreLeftIsNamedAtTheStart() throws Exception {
        String dead = "dead-" + queue;
        aws().sqsClient().createQueue(q -> q.queueName(dead)).join();
        String url =
                aws().sqsClient().getQueueUrl(q -> q.queueName(queue)).join().queueUrl();
        aws().sqsClient()
                .setQueueAttributes(q -> q.queueUrl(url)
                        .attributes(Map.of(
                                QueueAttributeName.REDRIVE_POLICY,
                                "{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:" + dead
                                        + "\",\"maxReceiveCount\":\"7\"}")))
                .join();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(consumer("")).routeId("rejecting").log("got");
                from(consumer("&foreignMessages=LEAVE").replace("/out/", "/others/"))
                        .routeId("leaving")
                        .autoStartup(false)
                        .log("got");
            }
        });
        context.start();
        assertThat(warnings()).noneMatch(line -> line.contains("redrive policy"));
        context.getRouteController().stopRoute("rejecting");

        context.getRouteController().startRoute("leaving");

        assertThat(warnings())
                .filteredOn(line -> line.contains("redrive policy"))
                .singleElement()
                .asString()
                .contains(queue, "foreignMessages=LEAVE", "after 7 of them", "dead-letter queue");
    }

    private List<String> warnings() {
        return List.copyOf(lines.list).stream()
                .filter(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }
}
