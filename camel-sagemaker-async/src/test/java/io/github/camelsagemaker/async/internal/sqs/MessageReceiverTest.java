package io.github.camelsagemaker.async.internal.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import io.github.camelsagemaker.async.internal.sqs.MessageReceiver.QueueSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageResponse;
import software.amazon.awssdk.services.sqs.model.SqsException;

@Tag("no-camel")
@Timeout(60)
class MessageReceiverTest {

    private final ScriptedSqs sqs = new ScriptedSqs();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledExecutorService extensions = Executors.newSingleThreadScheduledExecutor();
    private final AsyncSemaphore permits = new AsyncSemaphore(16, Runnable::run);
    private final List<CompletableFuture<ReceiveMessageResponse>> answers = new CopyOnWriteArrayList<>();
    private final List<CompletableFuture<Void>> handling = new CopyOnWriteArrayList<>();
    private final List<QueueMessage> handled = new CopyOnWriteArrayList<>();
    private final List<Throwable> reported = new CopyOnWriteArrayList<>();
    private final List<SageMakerAsyncException> failed = new CopyOnWriteArrayList<>();
    private final MessageReceiver queue = receiver(Duration.ofSeconds(30));

    private MessageReceiver receiver(Duration visibilityTimeout) {
        sqs.onReceive = request -> {
            CompletableFuture<ReceiveMessageResponse> answer = new CompletableFuture<>();
            answers.add(answer);
            return answer;
        };
        MessageReceiver receiver = new MessageReceiver(
                sqs,
                sqs,
                new QueueSettings("url", 1, visibilityTimeout, Duration.ofHours(1), 1, 0),
                permits,
                timer,
                extensions,
                (failure, message) -> {
                    if (failure != null) {
                        failed.add(failure);
                    }
                    if (message != null) {
                        reported.add(failure);
                    }
                });
        receiver.deliverTo(message -> {
            CompletableFuture<Void> done = new CompletableFuture<>();
            handled.add(message);
            handling.add(done);
            return done;
        });
        return receiver;
    }

    @AfterEach
    void stop() {
        timer.shutdownNow();
        extensions.shutdownNow();
    }

    private static ReceiveMessageResponse messages(int count) {
        return ReceiveMessageResponse.builder()
                .messages(IntStream.range(0, count)
                        .mapToObj(i -> Message.builder()
                                .messageId("id-" + i)
                                .receiptHandle("handle-" + i)
                                .body("{}")
                                .attributes(Map.of(
                                        MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT,
                                        "2",
                                        MessageSystemAttributeName.APPROXIMATE_FIRST_RECEIVE_TIMESTAMP,
                                        "1764406800000"))
                                .build())
                        .toList())
                .build();
    }

    private void awaitReceives(int count) {
        await().untilAsserted(() -> assertThat(answers).hasSize(count));
    }

    @Test
    void aMessageTellsWhenItWasFirstReceivedAndIsOfNowWhereSqsDoesNotTell() {
        queue.open();
        answers.get(0).complete(messages(1));
        awaitReceives(2);
        Message plain = Message.builder().messageId("id").receiptHandle("plain").build();
        answers.get(1).complete(ReceiveMessageResponse.builder().messages(plain).build());

        assertThat(handled.get(0).firstReceivedAt()).isEqualTo(Instant.ofEpochMilli(1764406800000L));
        assertThat(handled.get(1).firstReceivedAt()).isEqualTo(handled.get(1).receivedAt());
    }

    @Nested
    class Permits {

        @Test
        void noMoreMessagesAreAskedForThanThereArePermits() {
            queue.open();
            assertThat(sqs.receives.get(0).maxNumberOfMessages()).isEqualTo(10);
            answers.get(0).complete(messages(10));
            awaitReceives(2);

            assertThat(sqs.receives.get(1).maxNumberOfMessages()).isEqualTo(6);
            assertThat(permits.inUse()).isEqualTo(16);
            answers.get(1).complete(messages(6));
            assertThat(handled).hasSize(16).allSatisfy(message -> assertThat(message.receiveCount())
                    .isEqualTo(2));
            handling.get(0).complete(null);
            awaitReceives(3);
            assertThat(sqs.receives.get(2).maxNumberOfMessages()).isEqualTo(1);
        }

        @Test
        void permitsThatAreLentAreAskedForTogether() {
            queue.open();
            answers.get(0).complete(messages(10));
            awaitReceives(2);
            answers.get(1).complete(messages(6));

            permits.lend(1);
            permits.lend(1);
            permits.lend(1);

            awaitReceives(3);
            assertThat(sqs.receives.get(2).maxNumberOfMessages()).isEqualTo(3);
        }

        @Test
        void permitsComeBackHoweverAMessageEnds() {
            queue.open();
            answers.get(0).complete(messages(2));
            queue.pause();
            handling.get(0).complete(null);
            handling.get(1).completeExceptionally(new IllegalStateException("a bug"));
            answers.get(1).complete(messages(0));

            assertThat(permits.inUse()).isZero();
        }

        @Test
        void aReceiveUnderWayIsNothingInFlight() {
            queue.open();
            assertThat(permits.inUse()).isEqualTo(10);
            assertThat(queue.inFlight()).isZero();

            answers.get(0).complete(messages(3));
            assertThat(queue.inFlight()).isEqualTo(3);
        }

        @Test
        void withoutAThreadForItAMessageIsGivenBackAndItsPermitToo() {
            queue.deliverTo(message -> {
                throw new Error("unable to create native thread");
            });
            queue.open();
            answers.get(0).complete(messages(3));
            queue.pause();
            answers.get(1).complete(messages(0));

            assertThat(permits.inUse()).isZero();
            assertThat(sqs.changes).hasSize(3).allSatisfy(change -> assertThat(
                            change.entries().get(0).visibilityTimeout())
                    .isPositive());
        }
    }

    @Nested
    class Pauses {

        @Test
        void whatArrivesWhilePausedIsGivenBackAndNotHandled() {
            queue.open();
            queue.pause();
            answers.get(0).complete(messages(3));

            assertThat(handled).isEmpty();
            assertThat(sqs.changes).hasSize(1);
            assertThat(sqs.changes.get(0).entries())
                    .hasSize(3)
                    .allSatisfy(entry -> assertThat(entry.visibilityTimeout()).isZero());
            assertThat(permits.inUse()).isZero();
            assertThat(queue.stop()).isCompleted();
            assertThat(answers).hasSize(1);
        }

        @Test
        void aReceiveThatOutlivesAPauseIsHandledOnceOpenAgain() {
            queue.open();
            queue.pause();
            queue.open();
            answers.get(0).complete(messages(3));

            assertThat(handled).hasSize(3);
            assertThat(sqs.changes).isEmpty();
        }

        @Test
        void afterAStopNothingIsBegun() {
            queue.open();
            CompletableFuture<Void> stopped = queue.stop();
            queue.open();
            answers.get(0).complete(messages(2));

            assertThat(stopped).succeedsWithin(Duration.ofSeconds(30));
            assertThat(handled).isEmpty();
            assertThat(answers).hasSize(1);
            assertThat(sqs.changes).hasSize(1);
            assertThat(permits.inUse()).isZero();
        }

        @Test
        void aStopWaitsForAReceiveThatIsJustBeingSent() throws Exception {
            CountDownLatch sending = new CountDownLatch(1);
            CountDownLatch mayGoOn = new CountDownLatch(1);
            sqs.onReceive = request -> {
                sending.countDown();
                uninterruptibly(mayGoOn);
                return CompletableFuture.completedFuture(messages(2));
            };
            CompletableFuture<Void> opening = CompletableFuture.runAsync(queue::open);
            assertThat(sending.await(30, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Void> stopped = queue.stop();

            assertThat(stopped).isNotDone();
            mayGoOn.countDown();
            assertThat(stopped).succeedsWithin(Duration.ofSeconds(30));
            opening.join();
            assertThat(handled).isEmpty();
            assertThat(sqs.changes).hasSize(1);
        }
    }

    @Nested
    class Failures {

        @Test
        void afterFailuresReceivingGoesOnWithAllPermits() {
            queue.open();
            answers.get(0).completeExceptionally(new IllegalStateException("away"));
            awaitReceives(2);
            answers.get(1).completeExceptionally(new IllegalStateException("still away"));
            awaitReceives(3);
            answers.get(2).complete(messages(1));

            assertThat(handled).hasSize(1);
            assertThat(failed).hasSize(2);
        }

        @Test
        void whatRepeatsIsReportedOnceUntilItPassesOrChanges() {
            queue.open();
            fail(0, 403);
            fail(1, 403);
            assertThat(reported).hasSize(1);
            fail(2, 503);
            assertThat(reported).hasSize(2);
            answer(3, 1);
            fail(4, 503);

            assertThat(reported).hasSize(3);
            assertThat(failed).hasSize(4);
        }

        @Test
        void anErrorOfTheClientIsAFailedReceive() {
            sqs.onReceive = request -> {
                throw new Error("unable to create native thread");
            };
            queue.open();

            await().until(() -> sqs.receives.size() >= 2);
            queue.pause();
            assertThat(permits.inUse()).isZero();
        }

        @Test
        void aClientThatThrowsIsAskedAgain() {
            sqs.onReceive = request -> {
                throw new IllegalStateException("thrown");
            };
            queue.open();
            assertThat(permits.inUse()).isZero();

            await().until(() -> sqs.receives.size() >= 2);
            assertThat(reported).isNotEmpty();
        }

        @Test
        void anAnswerThatCannotBeReadNeitherStopsReceivingNorCostsPermits() {
            queue.open();
            answers.get(0)
                    .complete(ReceiveMessageResponse.builder()
                            .messages(Message.builder()
                                    .messageId("id")
                                    .attributes(Map.of(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "many"))
                                    .build())
                            .build());

            awaitReceives(2);
            assertThat(permits.inUse()).isEqualTo(10);
            assertThat(reported).hasSize(1);
        }
    }

    @Nested
    class Waits {

        @Test
        void anEmptyQueueThatAnswersAtOnceIsAskedLessAndLessOften() {
            sqs.onReceive = request -> CompletableFuture.completedFuture(messages(0));
            queue.open();

            await().until(() -> sqs.receives.size() >= 4);
            await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(20)).until(() -> sqs.receives.size() < 12);
            assertThat(failed).isEmpty();
        }

        @Test
        void everyReceiveSaysHowLongItsMessagesAreInvisible() {
            queue.open();

            assertThat(sqs.receives.get(0).visibilityTimeout()).isEqualTo(30);
        }

        @Test
        void aMessageIsHeldThoughTheTimerIsBlocked() {
            MessageReceiver receiver = receiver(Duration.ofSeconds(1));
            receiver.open();
            timer.execute(() -> uninterruptibly(new CountDownLatch(1)));
            answers.get(0).complete(messages(1));

            await().until(() -> sqs.changes.size() >= 2);
            assertThat(sqs.changes.get(0).entries().get(0).visibilityTimeout()).isEqualTo(1);
        }
    }

    private void fail(int receive, int status) {
        awaitReceives(receive + 1);
        answers.get(receive)
                .completeExceptionally(
                        SqsException.builder().statusCode(status).message("no").build());
    }

    private void answer(int receive, int messages) {
        awaitReceives(receive + 1);
        answers.get(receive).complete(messages(messages));
    }

    private static void uninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
