package io.github.camelsagemaker.async.it.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.SageMakerAsyncComponent;
import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.error.InferenceFailedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** The whole job against S3, SQS and SNS that nobody here wrote. */
@EnabledIf(
        value = "io.github.camelsagemaker.async.it.peers.Node#hasPackages",
        disabledReason = "needs npm's packages, see .ci/peers")
@Timeout(180)
class FauxqsTest {

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final List<String> DOCUMENTS = List.of("small", "x".repeat(300_000), "broken");
    private static final String RESULTS =
            "sagemaker-async:reader?outputLocation=s3://peer/out/&failureLocation=s3://peer/failed/";

    private final Fauxqs peer = new Fauxqs();
    private final Endpoint endpoint = new Endpoint(peer);
    private final CamelContext context = new DefaultCamelContext();
    private final Queue<String> results = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void configure() {
        SageMakerAsyncConfiguration options = context.getComponent("sagemaker-async", SageMakerAsyncComponent.class)
                .getConfiguration();
        options.setSageMakerRuntimeAsyncClient(endpoint);
        options.setS3AsyncClient(peer.s3);
        options.setSqsAsyncClient(peer.sqs);
        options.setSnsAsyncClient(peer.sns);
        options.setInputLocation("s3://peer/in/");
        // A stop waits as long as a receive waits for messages.
        options.setWaitTimeSeconds(1);
    }

    @AfterEach
    void stop() {
        context.stop();
        peer.close();
    }

    @Test
    void resultsAreFoundByScanningAndDeleted() throws Exception {
        receive(RESULTS + "&delay=100");

        send();

        awaitResults();
        await().atMost(DEADLINE).untilAsserted(() -> {
            assertThat(peer.keys("peer", "out/")).isEmpty();
            assertThat(peer.keys("peer", "failed/")).isEmpty();
        });
    }

    @Test
    void resultsAreToldByAQueueThatTheComponentMakes() throws Exception {
        receive(RESULTS + "&notificationQueue=answers&autoCreateQueue=true&topicArn=" + endpoint.topicArn());

        send();

        awaitResults();
        String queue =
                peer.sqs.getQueueUrl(get -> get.queueName("answers")).join().queueUrl();
        await().atMost(DEADLINE).untilAsserted(() -> assertThat(peer.sqs
                        .getQueueAttributes(get -> get.queueUrl(queue)
                                .attributeNames(
                                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
                        .join()
                        .attributes())
                .isEqualTo(Map.of(
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES, "0",
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE, "0")));
    }

    @Test
    void awaitedResultsComeBack() throws Exception {
        context.start();
        ProducerTemplate template = context.createProducerTemplate();
        String ask = "sagemaker-async:reader?awaitResult=true&resultTimeout=60000";

        assertThat(template.requestBody(ask, "small", String.class)).isEqualTo("5 bytes");
        assertThat(template.requestBody(ask, DOCUMENTS.get(1), String.class)).isEqualTo("300000 bytes");
        assertThat(template.send(ask, exchange -> exchange.getMessage().setBody("broken"))
                        .getException())
                .isInstanceOf(InferenceFailedException.class);
    }

    private void receive(String uri) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(uri).process(exchange -> results.add(result(exchange)));
            }
        });
        context.start();
    }

    private void send() {
        ProducerTemplate template = context.createProducerTemplate();
        for (String document : DOCUMENTS) {
            template.sendBody("sagemaker-async:reader", document);
        }
    }

    private void awaitResults() {
        await().atMost(DEADLINE).untilAsserted(() -> assertThat(results)
                .containsExactlyInAnyOrder(
                        "COMPLETED: 5 bytes", "COMPLETED: 300000 bytes", "FAILED: cannot read this document"));
    }

    /** A failure that a notification tells of has its reason in a header, and may have no body. */
    private static String result(Exchange exchange) {
        String reason = exchange.getMessage().getHeader(SageMakerAsyncConstants.FAILURE_REASON, String.class);
        return exchange.getMessage().getHeader(SageMakerAsyncConstants.INVOCATION_STATUS, InferenceStatus.class) + ": "
                + (reason == null ? exchange.getMessage().getBody(String.class) : reason);
    }
}
