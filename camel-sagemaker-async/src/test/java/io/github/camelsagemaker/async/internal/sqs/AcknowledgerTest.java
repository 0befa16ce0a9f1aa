package io.github.camelsagemaker.async.internal.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResponse;

@Tag("no-camel")
@Timeout(60)
class AcknowledgerTest {

    private static final Duration NEVER = Duration.ofHours(1);

    private final ScriptedSqs sqs = new ScriptedSqs();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    private Acknowledger acknowledger(Duration linger) {
        return new Acknowledger(sqs, "url", timer, linger);
    }

    private static QueueMessage message(int i) {
        return new QueueMessage("id-" + i, "handle-" + i, 1, "", null, null);
    }

    private static List<CompletableFuture<Void>> acknowledge(Acknowledger acknowledger, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> acknowledger.acknowledge(message(i)))
                .toList();
    }

    @Test
    void tenMessagesAreDeletedAtOnceWithOneRequest() {
        List<CompletableFuture<Void>> done = acknowledge(acknowledger(NEVER), 25);

        assertThat(sqs.deletes).hasSize(2).allSatisfy(request -> assertThat(request.entries())
                .hasSize(10));
        assertThat(done.subList(0, 20)).allSatisfy(future -> assertThat(future).isCompleted());
        assertThat(done.subList(20, 25)).allSatisfy(future -> assertThat(future).isNotDone());
    }

    @Test
    void fewerWaitNoLongerThanTheLingerTime() {
        List<CompletableFuture<Void>> done = acknowledge(acknowledger(Duration.ofMillis(20)), 3);

        await().untilAsserted(() ->
                assertThat(done).allSatisfy(future -> assertThat(future).isCompleted()));
        assertThat(sqs.deletedHandles()).containsExactly("handle-0", "handle-1", "handle-2");
    }

    @Test
    void eachMessageOfABatchLearnsItsOwnResult() {
        sqs.onDelete = request -> CompletableFuture.completedFuture(ScriptedSqs.deletedExcept(request, 3, 7));
        List<CompletableFuture<Void>> done = acknowledge(acknowledger(NEVER), 10);

        for (int i = 0; i < 10; i++) {
            if (i == 3 || i == 7) {
                assertThat(done.get(i))
                        .isCompletedExceptionally()
                        .failsWithin(Duration.ZERO)
                        .withThrowableThat()
                        .havingCause()
                        .isInstanceOf(RuntimeException.class)
                        .withMessageContaining("id-" + i)
                        .withMessageContaining("InternalError");
            } else {
                assertThat(done.get(i)).isCompletedWithValue(null);
            }
        }
    }

    @Test
    void aMessageThatTheAnswerDoesNotMentionIsNotAcknowledged() {
        sqs.onDelete = request -> CompletableFuture.completedFuture(
                DeleteMessageBatchResponse.builder().build());

        assertThat(acknowledge(acknowledger(NEVER), 10))
                .allSatisfy(future -> assertThat(future).isCompletedExceptionally());
    }

    @Test
    void aFailedRequestFailsAllOfItsMessages() {
        sqs.onDelete = request -> CompletableFuture.failedFuture(new IllegalStateException("as ordered"));

        assertThat(acknowledge(acknowledger(NEVER), 10))
                .allSatisfy(future -> assertThat(future).isCompletedExceptionally());
    }

    @Test
    void aClientThatThrowsFailsAllOfTheBatch() {
        sqs.onDelete = request -> {
            throw new IllegalStateException("closed");
        };

        assertThat(acknowledge(acknowledger(NEVER), 10))
                .allSatisfy(future -> assertThat(future).isCompletedExceptionally());
    }

    @Test
    void closingSendsWhatWaitsAndEndsWhenItIsAnswered() {
        CompletableFuture<DeleteMessageBatchResponse> answer = new CompletableFuture<>();
        sqs.onDelete = request -> answer;
        Acknowledger acknowledger = acknowledger(NEVER);
        List<CompletableFuture<Void>> done = acknowledge(acknowledger, 3);
        CompletableFuture<Void> closed = acknowledger.close();

        assertThat(sqs.deletes).hasSize(1);
        assertThat(closed).isNotDone();
        answer.complete(ScriptedSqs.allDeleted(sqs.deletes.get(0)));
        assertThat(closed).isCompleted();
        assertThat(done).allSatisfy(future -> assertThat(future).isCompleted());
    }

    @Test
    void afterClosingNothingWaits() {
        Acknowledger acknowledger = acknowledger(NEVER);
        acknowledger.close();

        assertThat(acknowledger.acknowledge(message(1))).isCompleted();
    }

    @Test
    void closingWaitsForABatchThatIsJustBeingSent() throws Exception {
        CountDownLatch sending = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        sqs.onDelete = request -> {
            sending.countDown();
            uninterruptibly(mayGoOn);
            return CompletableFuture.completedFuture(ScriptedSqs.allDeleted(request));
        };
        Acknowledger acknowledger = acknowledger(Duration.ZERO);
        acknowledger.acknowledge(message(1));
        assertThat(sending.await(30, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Void> closed = acknowledger.close();

        assertThat(closed).isNotDone();
        mayGoOn.countDown();
        assertThat(closed).succeedsWithin(Duration.ofSeconds(30));
    }

    private static void uninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
