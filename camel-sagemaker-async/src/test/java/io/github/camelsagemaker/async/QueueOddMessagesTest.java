package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelsagemaker.async.error.MalformedNotificationException;
import io.github.camelsagemaker.async.internal.result.Notifications;
import io.github.camelsagemaker.async.internal.result.OddMessages;
import io.github.camelsagemaker.async.testinfra.Fault;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Whatever stands on the queue, the results on it are emitted, and the rest ends on the dead-letter queue. */
@Tag("any-camel")
class QueueOddMessagesTest extends QueueTestSupport {

    private static final String BUCKET = "example-bucket";
    private static final String FOREIGN = "foreign-bucket";
    private static final int MAX_RECEIVES = 2;

    private final String dead = "dead-" + UUID.randomUUID();

    private void startRoute(int visibilityTimeout) throws Exception {
        results.sqs().createQueue(r -> r.queueName(dead)).join();
        use(Map.of(
                QueueAttributeName.VISIBILITY_TIMEOUT,
                String.valueOf(visibilityTimeout),
                QueueAttributeName.REDRIVE_POLICY,
                "{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:" + dead + "\",\"maxReceiveCount\":\""
                        + MAX_RECEIVES + "\"}"));
        AWS.aws().createBucket(BUCKET);
        AWS.aws().createBucket(FOREIGN);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("sagemaker-async:example-endpoint?outputLocation=s3://" + BUCKET + "/output/&notificationQueue="
                                + results.queue + "&waitTimeSeconds=1&exceptionHandler=#reported")
                        .routeId("results")
                        .process(exchange -> emitted.add(exchange.getMessage().copy()));
            }
        });
        context.start();
    }

    private void land(String name, String body) {
        AWS.aws().putObject(BUCKET, "output/" + name, body.getBytes(), "text/plain");
    }

    @SuppressWarnings("unchecked")
    private static String varied(Arguments variation) {
        return Notifications.fixture(
                "completed", (Consumer<ObjectNode>) variation.get()[1]);
    }

    /** A message about the result {@code prediction-<name>.out}, which lands. */
    private String about(String message, String name) {
        land("prediction-" + name + ".out", name);
        return message.replace("name.out", name + ".out");
    }

    private Set<String> deadLetters() {
        String url = results.sqs().getQueueUrl(r -> r.queueName(dead)).join().queueUrl();
        Set<String> bodies = new HashSet<>();
        while (true) {
            var batch = results.sqs()
                    .receiveMessage(r -> r.queueUrl(url).maxNumberOfMessages(10).visibilityTimeout(600))
                    .join()
                    .messages();
            if (batch.isEmpty()) {
                return bodies;
            }
            batch.forEach(message -> bodies.add(message.body()));
        }
    }

    @Test
    void everyCapturedMessageIsEmittedWithItsFacts() throws Exception {
        startRoute(30);
        land("prediction-name.out", "from S3");
        land("2f4dcf85-01b8-418c-8c93-2b30fcdd1ab8.out", "picture");
        List.of("completed", "completed-with-body", "failed", "sns-envelope")
                .forEach(name -> results.send(Notifications.fixture(name)));

        awaitEmitted(4);
        awaitQueueEmpty();
        Map<String, Message> byId = emitted.stream()
                .collect(
                        Collectors.toMap(m -> m.getHeader(SageMakerAsyncConstants.INFERENCE_ID, String.class), m -> m));
        Message completed = byId.get("11111111-2222-3333-4444-555555555555");
        assertThat(completed.getBody(String.class)).isEqualTo("from S3");
        assertThat(completed.getHeader(SageMakerAsyncConstants.CONTENT_TYPE)).isEqualTo("text/csv; charset=utf-8");
        assertThat(completed.getHeader(SageMakerAsyncConstants.INPUT_LOCATION))
                .isEqualTo("s3://example-bucket/input-directory/input-data.csv");
        Message withBody = byId.get("ccdad826-c203-40bf-b791-2531a81db556");
        assertThat(withBody.getBody(String.class)).isEqualTo("{\"text\":\"hello\"}");
        assertThat(withBody.getHeader(SageMakerAsyncConstants.CONTENT_TYPE)).isEqualTo("application/json");
        Message failed = byId.get("11111111-2222-3333-4444-555555555556");
        assertThat(failed.getHeader(SageMakerAsyncConstants.INVOCATION_STATUS)).isEqualTo(InferenceStatus.FAILED);
        assertThat(failed.getHeader(SageMakerAsyncConstants.FAILURE_REASON, String.class))
                .startsWith("ClientError: Received server error (500)");
        Message enveloped = byId.get("8a80ed4e-1ff9-4c2b-bf16-31bdd5d17835");
        assertThat(enveloped.getBody(String.class)).isEqualTo("picture");
        assertThat(enveloped.getHeader(SageMakerAsyncConstants.ENDPOINT_NAME)).isEqualTo("example-endpoint");
    }

    @Test
    void everyOddMessageThatTellsOfAResultIsEmitted() throws Exception {
        startRoute(30);
        List<String> names = new ArrayList<>();
        List<String> messages = new ArrayList<>();
        // One form of each: the parser's own tests have both.
        OddMessages.understood().forEach(variation -> {
            boolean isRaw = names.size() % 2 == 0;
            String name = (isRaw ? "raw" : "enveloped") + names.size();
            String message = about(varied(variation), name);
            names.add(name);
            messages.add(isRaw ? message : Notifications.inEnvelope(message));
        });
        names.add("created+encoded");
        land("prediction-created+encoded.out", "created+encoded");
        messages.add(Notifications.created(BUCKET, "output/prediction-created+encoded.out"));
        results.sendAll(messages);

        awaitEmitted(names.size());
        awaitQueueEmpty();
        assertThat(names).hasSizeGreaterThan(20);
        assertThat(emitted).map(m -> m.getBody(String.class)).containsExactlyInAnyOrderElementsOf(names);
        assertThat(emitted).allSatisfy(m -> assertThat(m.getHeader(SageMakerAsyncConstants.INVOCATION_STATUS))
                .isEqualTo(InferenceStatus.COMPLETED));
        assertThat(reported).isEmpty();
    }

    @Test
    void whateverPoisonThereIsTheConsumerGoesOnAndThePoisonIsReportedAndDeadLettered() throws Exception {
        startRoute(2);
        AWS.aws().faults().forCalls("GetObject", call -> call.path().contains(FOREIGN), 1, Fault.accessDenied403());
        List<String> poison = poison().distinct().toList();
        List<String> good = new ArrayList<>();
        List<String> messages = new ArrayList<>();
        for (String message : poison) {
            messages.add(message);
            if (messages.size() % 5 == 0) {
                String name = "good" + good.size();
                good.add(name);
                messages.add(about(Notifications.fixture("completed"), name));
            }
        }
        messages.forEach(results::send);

        awaitEmitted(good.size());
        await().atMost(SOON).until(() -> consumer().getRefusedMessages() >= (long) poison.size() * MAX_RECEIVES);
        awaitQueueEmpty();
        assertThat(poison).hasSizeGreaterThan(40);
        assertThat(emitted).map(m -> m.getBody(String.class)).containsExactlyInAnyOrderElementsOf(good);
        assertThat(reported)
                .filteredOn(MalformedNotificationException.class::isInstance)
                .hasSize(poison.size() * MAX_RECEIVES);
        assertThat(deadLetters()).containsAll(poison);
        // The trap in front of the foreign bucket was not sprung.
        assertThat(AWS.aws().faults().pending()).isEqualTo(1);
    }

    private static Stream<String> poison() {
        Stream<String> broken = OddMessages.refused().map(QueueOddMessagesTest::varied);
        Stream<String> strange = OddMessages.noNotifications().filter(message -> !message.isBlank());
        Stream<String> outside = Stream.of(
                Notifications.created(FOREIGN, "output/secret"),
                Notifications.created(BUCKET, "elsewhere/secret"),
                Notifications.created(BUCKET, "output/fine", "elsewhere/secret"),
                Notifications.eventBridge("Object Created", FOREIGN, "output/secret"),
                Notifications.fixture("completed").replace("s3://" + BUCKET + "/output", "s3://" + FOREIGN + "/output"),
                Notifications.fixture("completed-with-body")
                        .replace("s3://" + BUCKET + "/output", "s3://" + FOREIGN + "/output"),
                Notifications.inEnvelope(Notifications.created(FOREIGN, "output/secret")),
                "{\"a\":".repeat(100) + "1" + "}".repeat(100),
                "[".repeat(100_000),
                "x".repeat(200_000));
        return Stream.of(broken, strange, outside).flatMap(messages -> messages);
    }
}
