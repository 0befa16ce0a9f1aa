package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.error.ForeignNotificationException;
import io.github.camelsagemaker.async.error.MalformedNotificationException;
import io.github.camelsagemaker.async.internal.concurrent.MemoryBudget;
import io.github.camelsagemaker.async.internal.result.Notifications;
import io.github.camelsagemaker.async.testinfra.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

class QueueFailuresTest extends QueueTestSupport {

    private final AtomicInteger attempts = new AtomicInteger();

    @Test
    void aResultThatWaitsForMemoryIsVisibleAtOnceWhenItsRouteIsSuspended() throws Exception {
        context.stop();
        use(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "600"));
        AtomicBoolean isOver = new AtomicBoolean();
        route("", exchange -> await().atMost(SOON).until(() -> consumer().isSuspended() || isOver.get()));
        MemoryBudget memory = context.getComponent("sagemaker-async", SageMakerAsyncComponent.class).memory;
        memory.take(memory.free());
        for (String name : List.of("a.out", "b.out")) {
            results.land(name, "x".repeat(2 << 20));
            // What has just landed may not be visible yet, and is read with patience.
            results.send(results.completed(name)
                    .replace("2026-01-25T22:46:00.608Z", Instant.now().toString()));
        }
        await().atMost(SOON).until(() -> calls("GetObject") >= 2);

        context.getRouteController().suspendRoute("results");
        awaitEmitted(1);
        isOver.set(true);
        context.getRouteController().resumeRoute("results");

        awaitEmitted(2);
        awaitQueueEmpty();
        assertThat(reported).isEmpty();
    }

    /** Fails so many exchanges, and then no more. */
    private Processor failing(int times) {
        return exchange -> {
            if (attempts.incrementAndGet() <= times) {
                throw new IllegalStateException("as ordered");
            }
        };
    }

    private void useDeadLetterQueue(String name) {
        results.sqs().createQueue(r -> r.queueName(name)).join();
        context.stop();
        use(Map.of(
                QueueAttributeName.VISIBILITY_TIMEOUT,
                "2",
                QueueAttributeName.REDRIVE_POLICY,
                "{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:" + name
                        + "\",\"maxReceiveCount\":\"2\"}"));
    }

    private int messagesIn(String queue) {
        String url = results.sqs().getQueueUrl(r -> r.queueName(queue)).join().queueUrl();
        return Integer.parseInt(results.sqs()
                .getQueueAttributes(
                        r -> r.queueUrl(url).attributeNames(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
                .join()
                .attributes()
                .get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES));
    }

    @Test
    void aFailedExchangeIsLeftToTheQueueAndComesAgain() throws Exception {
        route("visibilityTimeout=1", failing(2));
        results.landAndNotify("a.out", "hello");

        awaitEmitted(1);
        awaitQueueEmpty();
        assertThat(attempts).hasValue(3);
        assertThat(reported).hasSize(2).allMatch(e -> e.getMessage().equals("as ordered"));
    }

    @Test
    void redeliveryBackoffBringsAFailedMessageBackBeforeItsVisibilityTimeout() throws Exception {
        route("visibilityTimeout=600&redeliveryBackoff=1s", failing(1));
        results.landAndNotify("a.out", "hello");

        awaitEmitted(1);
        awaitQueueEmpty();
    }

    @Test
    void aMessageThatCannotBeUnderstoodGoesToTheExceptionHandlerAndTheDeadLetterQueue() throws Exception {
        String dead = "dead-" + UUID.randomUUID();
        useDeadLetterQueue(dead);
        route("");
        results.send("not json");
        results.landAndNotify("good.out", "good");

        awaitEmitted(1);
        await().atMost(SOON).untilAsserted(() -> assertThat(messagesIn(dead)).isEqualTo(1));
        assertThat(reported).hasSize(2).allMatch(MalformedNotificationException.class::isInstance);
        assertThat(consumer().getRefusedMessages()).isEqualTo(2);
        results.landAndNotify("after.out", "still alive");
        awaitEmitted(2);
    }

    @Test
    void aPlaceOutsideTheConfigurationNeverCausesAnS3Call() throws Exception {
        String other = "other-" + UUID.randomUUID();
        AWS.aws().createBucket(other);
        AWS.aws().putObject(other, "out/secret", "secret".getBytes(), "text/plain");
        AWS.aws().putObject(results.bucket, "private/secret", "secret".getBytes(), "text/plain");
        route("");
        results.send(
                results.completed("x").replace("s3://" + results.bucket + "/out/x", "s3://" + other + "/out/secret"));
        results.send(results.completed("y").replace("/out/y", "/private/secret"));
        results.send(Notifications.created(other, "out/secret"));

        await().atMost(SOON).untilAsserted(() -> assertThat(reported).hasSize(3));
        assertThat(reported).allMatch(MalformedNotificationException.class::isInstance);
        assertThat(AWS.aws().ledger().calls()).doesNotContainKeys("GetObject", "HeadObject", "ListObjectsV2");
        assertThat(emitted).isEmpty();
    }

    @Test
    void anotherEndpointsMessageIsRejectedByDefault() throws Exception {
        route("");
        results.send(results.completed("a").replace("\"model\"", "\"other\""));

        await().atMost(SOON).untilAsserted(() -> assertThat(reported).hasSize(1));
        assertThat(reported.get(0)).isInstanceOf(ForeignNotificationException.class);
        assertThat(results.messages()).isEqualTo(1);
    }

    @Test
    void anotherEndpointsMessageCanBeLeftToOthers() throws Exception {
        route("foreignMessages=LEAVE&visibilityTimeout=600");
        results.send(results.completed("a").replace("\"model\"", "\"other\""));

        await().atMost(SOON).until(() -> consumer().getForeignMessages() >= 2);
        assertThat(reported).isEmpty();
        assertThat(results.messages()).isEqualTo(1);
    }

    @Test
    void anotherEndpointsMessageCanBeAcknowledged() throws Exception {
        route("foreignMessages=acknowledge");
        results.send(results.completed("a").replace("\"model\"", "\"other\""));

        await().atMost(SOON).until(() -> consumer().getForeignMessages() == 1);
        awaitQueueEmpty();
        assertThat(reported).isEmpty();
        assertThat(emitted).isEmpty();
    }

    @Test
    void anObjectThatIsNotThereYetIsWaitedFor() throws Exception {
        route("");
        results.send(results.justCompleted("late.out"));
        await().atMost(SOON).until(() -> calls("GetObject") >= 1);
        results.land("late.out", "late");

        awaitEmitted(1);
        assertThat(emitted.get(0).getBody(String.class)).isEqualTo("late");
    }

    @Test
    void aForbiddenObjectIsWaitedForLikeAMissingOne() throws Exception {
        AWS.aws().faults().denyListBucket(true);
        route("");
        results.send(results.justCompleted("late.out"));
        await().atMost(SOON).until(() -> calls("GetObject") >= 1);
        results.land("late.out", "late");

        awaitEmitted(1);
    }

    @Test
    void aForbiddenObjectIsNeverTakenForHandled() throws Exception {
        AWS.aws().faults().denyListBucket(true);
        route("deleteAfterRead=true");
        results.send(results.completed("never.out"));

        await().atMost(SOON).untilAsserted(() -> assertThat(reported).hasSize(1));
        assertThat(reported.get(0)).hasMessageContaining("outputLocation").hasMessageContaining("never.out");
        assertThat(results.messages()).isEqualTo(1);
    }

    @Test
    void theMessageOfAnObjectThatIsGoneIsAcknowledgedWhereObjectsAreRemoved() throws Exception {
        route("deleteAfterRead=true");
        results.send(results.justCompleted("gone.out"));

        awaitQueueEmpty();
        assertThat(calls("GetObject")).isEqualTo(6);
        assertThat(emitted).isEmpty();
        assertThat(reported).isEmpty();
        // Counted after the acknowledgement.
        await().atMost(SOON).until(() -> consumer().getGone() == 1);
        assertThat(calls("DeleteObject")).isZero();
    }

    @Test
    void anObjectThatIsGoneIsAFailedAttemptWhereObjectsAreKept() throws Exception {
        route("");
        results.send(results.completed("gone.out"));

        await().atMost(SOON).until(() -> consumer().getFailedAttempts() == 1);
        assertThat(results.messages()).isEqualTo(1);
        assertThat(emitted).isEmpty();
        assertThat(reported).hasSize(1);
    }

    @Test
    void manyStaleNotificationsDoNotHoldUpAFreshOne() throws Exception {
        route("maxInFlight=4&deleteAfterRead=true");
        results.sendAll(IntStream.range(0, 20)
                .mapToObj(i -> results.completed("gone" + i + ".out"))
                .toList());
        results.landAndNotify("fresh.out", "fresh");

        awaitEmitted(1);
        awaitQueueEmpty();
        assertThat(calls("GetObject")).isEqualTo(21);
    }

    @Test
    void aFailureWithoutAnObjectIsEmittedWithItsReason() throws Exception {
        route("");
        results.send(Notifications.fixture("failed").replace("example-endpoint", "model"));

        awaitEmitted(1);
        awaitQueueEmpty();
        Message message = emitted.get(0);
        assertThat(message.getHeader(SageMakerAsyncConstants.INVOCATION_STATUS)).isEqualTo(InferenceStatus.FAILED);
        assertThat(message.getHeader(SageMakerAsyncConstants.FAILURE_REASON, String.class))
                .startsWith("ClientError: Received server error (500)");
        assertThat(message.getBody()).isEqualTo(message.getHeader(SageMakerAsyncConstants.FAILURE_REASON));
        assertThat(AWS.aws().ledger().calls()).doesNotContainKeys("GetObject", "HeadObject");
    }

    @Test
    void aFailureWithAnObjectIsEmittedWithIt() throws Exception {
        route("failureLocation=s3://" + results.bucket + "/out/failed/");
        results.land("failed/a", "model fell over");
        results.send(Notifications.created(results.bucket, "out/failed/a"));

        awaitEmitted(1);
        assertThat(emitted.get(0).getBody(String.class)).isEqualTo("model fell over");
        assertThat(emitted.get(0).getHeader(SageMakerAsyncConstants.INVOCATION_STATUS))
                .isEqualTo(InferenceStatus.FAILED);
    }

    @Test
    void aMessageThatCouldNotBeDeletedKeepsItsObjectUntilItIs() throws Exception {
        AWS.aws().faults().forCalls("DeleteMessageBatch", Integer.MAX_VALUE, Fault.accessDenied403());
        route("deleteAfterRead=true&visibilityTimeout=2");
        results.landAndNotify("a.out", "hello");

        awaitEmitted(1);
        await().atMost(SOON).untilAsserted(() -> assertThat(reported).isNotEmpty());
        assertThat(results.exists("out/a.out")).isTrue();

        AWS.aws().faults().clear();
        awaitQueueEmpty();
        await().atMost(SOON).until(() -> !results.exists("out/a.out"));
        assertThat(emitted).hasSize(1);
    }

    @Test
    void aCopyOfAStreamIsReadableAlsoAfterItsMessageCouldNotBeDeleted() throws Exception {
        AWS.aws().faults().forCalls("DeleteMessageBatch", 1, Fault.accessDenied403());
        results.landAndNotify("a.out", "hello");

        assertThat(readByATapAfterTheNextReceive("a.out")).isEqualTo("hello");
    }

    @Test
    void aCopyOfAStreamIsReadableAlsoAfterItsMessageCameAgainForAnotherResult() throws Exception {
        results.land("a.out", "hello");
        results.land("b.out", "other");
        results.send(Notifications.created(results.bucket, "out/a.out", "out/b.out")
                .replaceAll("\"eTag\":\"[^\"]*\"", "\"eTag\":\"\""));

        assertThat(readByATapAfterTheNextReceive("a.out")).isEqualTo("hello");
    }

    /** The first attempt of any other result fails. */
    private String readByATapAfterTheNextReceive(String tapped) throws Exception {
        CountDownLatch again = new CountDownLatch(1);
        CompletableFuture<String> read = new CompletableFuture<>();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from(results.uri("deleteAfterRead=true&streamBody=true&visibilityTimeout=1&exceptionHandler=#reported"))
                        .choice()
                        .when(exchange -> exchange.getMessage()
                                .getHeader(SageMakerAsyncConstants.OUTPUT_LOCATION, String.class)
                                .endsWith(tapped))
                        .wireTap("direct:tap")
                        .endChoice()
                        .otherwise()
                        .process(failing(1));
                from("direct:tap")
                        .process(exchange ->
                                assertThat(again.await(60, TimeUnit.SECONDS)).isTrue())
                        .process(exchange -> read.complete(exchange.getMessage().getBody(String.class)));
            }
        });
        context.start();

        await().during(Duration.ofSeconds(2)).atMost(SOON).until(() -> results.exists("out/" + tapped));
        again.countDown();

        awaitQueueEmpty();
        await().atMost(SOON).until(() -> !results.exists("out/" + tapped));
        return read.get(30, TimeUnit.SECONDS);
    }
}
