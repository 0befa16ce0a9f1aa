package io.github.camelsagemaker.async.internal.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.ForeignMessages;
import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.S3InMemory;
import io.github.camelsagemaker.async.error.InferenceFailedException;
import io.github.camelsagemaker.async.error.ResultTimedOutException;
import io.github.camelsagemaker.async.error.ResultUnreadableException;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import io.github.camelsagemaker.async.internal.concurrent.MemoryBudget;
import io.github.camelsagemaker.async.internal.concurrent.RouteStops;
import io.github.camelsagemaker.async.internal.reply.ReplyMessages.Fate;
import io.github.camelsagemaker.async.internal.result.BodyMode;
import io.github.camelsagemaker.async.internal.result.ResultEvent;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of notifications, and of the requests that they are about. */
@Tag("any-camel")
class ReplyMessagesTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private final Replies replies = new Replies();
    private final ExecutorService workers = Executors.newFixedThreadPool(4);
    private final ExecutorService answers = Executors.newFixedThreadPool(2);
    private final S3InMemory s3 = new S3InMemory(answers);

    private ScheduledThreadPoolExecutor timer;
    private PendingReplies waiting;
    private S3ReplySource looks;
    private ReplyMessages messages;

    @BeforeEach
    void open() {
        timer = new ScheduledThreadPoolExecutor(1);
        timer.setRemoveOnCancelPolicy(true);
        waiting = new PendingReplies(
                timer,
                new RouteStops(workers),
                workers,
                s3,
                BodyMode.BYTES,
                new AsyncSemaphore(8, workers),
                MemoryBudget.UNLIMITED,
                new S3ReplySource.Pace(LONG, LONG));
        looks = waiting.source;
        messages = new ReplyMessages(waiting, null, false, ForeignMessages.LEAVE, new AtomicBoolean());
    }

    @AfterEach
    void close() {
        timer.shutdownNow();
        workers.shutdownNow();
        answers.shutdownNow();
    }

    @Nested
    class Results {

        @Test
        void whatTheNotificationCarriesIsHandedOverWithoutARead() {
            PendingReply request = enter("a");

            assertThat(fate(completed(request, "carried"))).isEqualTo(Fate.OVER);

            assertReply("a", "carried");
            assertThat(s3.calls()).isEmpty();
            assertNothingIsLeft();
        }

        @Test
        void elseTheOutputIsReadOnceWhereSageMakerSaidThatItWouldBe() {
            PendingReply request = enter("a");
            s3.put("bucket", request.output.key(), "read");

            assertThat(fate(completed(request, null))).isEqualTo(Fate.OVER);

            assertReply("a", "read");
            assertThat(s3.calls()).containsExactly("GetObject bucket/" + request.output.key());
            assertNothingIsLeft();
        }

        @Test
        void aFailureWithoutAnObjectEndsTheRequestWithItsReason() {
            enter("a");

            assertThat(fate(failed("a", "the reason", null))).isEqualTo(Fate.OVER);

            await().untilAsserted(() -> assertThat(replies.byId.get("a"))
                    .isInstanceOfSatisfying(InferenceFailedException.class, e -> assertThat(e.getFailureBody())
                            .isNull()));
            assertNothingIsLeft();
        }

        @Test
        void aFailureOfAnotherAttemptWithTheSameIdCountsOnlyIfItsObjectIsThere() {
            waiting.fail(enter("mine"), new IOException("seen in S3")).join();
            PendingReply retry = enter("mine");

            assertThat(fate(failed("mine", "of the attempt before", null))).isEqualTo(Fate.OVER);
            assertThat(replies.told).hasValue(1);

            s3.put("bucket", retry.failure.key(), "failure");
            assertThat(fate(failed("mine", "the reason", null))).isEqualTo(Fate.OVER);
            await().untilAsserted(
                            () -> assertThat(replies.byId.get("mine")).isInstanceOf(InferenceFailedException.class));
            assertNothingIsLeft();
        }

        @Test
        void eventsOfS3AboutOutputsAndFailuresEndRequestsToo() {
            PendingReply output = enter("a");
            PendingReply failure = enter("b");
            s3.put("bucket", output.output.key(), "result");
            s3.put("bucket", failure.failure.key(), "failure");

            assertThat(fate(ResultEvent.of(null, null, event -> event.object = output.output)))
                    .isEqualTo(Fate.OVER);
            assertThat(fate(ResultEvent.of(null, null, event -> event.object = failure.failure)))
                    .isEqualTo(Fate.OVER);

            assertReply("a", "result");
            await().untilAsserted(() -> assertThat(replies.byId.get("b")).isInstanceOf(InferenceFailedException.class));
            assertNothingIsLeft();
        }

        @Test
        void anOutputThatIsNotThereYetIsNotifiedAgain() {
            PendingReply request = enter("a");

            assertThat(fate(completed(request, null))).isEqualTo(Fate.NOT_YET);
            s3.put("bucket", request.output.key(), "result");
            assertThat(fate(completed(request, null))).isEqualTo(Fate.OVER);

            assertReply("a", "result");
            assertNothingIsLeft();
        }

        @Test
        void anOutputThatMayNotBeReadFailsItsExchange() {
            s3.fail("GetObject", 403);
            PendingReply request = enter("a");
            s3.put("bucket", request.output.key(), "secret");

            for (int i = 0; i < 3; i++) {
                fate(completed(request, null));
            }

            await().untilAsserted(
                            () -> assertThat(replies.byId.get("a")).isInstanceOf(ResultUnreadableException.class));
            assertNothingIsLeft();
        }
    }

    @Nested
    class Order {

        @Test
        void aNotificationBeforeTheWaitBeganWaitsForTheAnswerOfItsCall() {
            PendingReply request = request("a");
            waiting.sends("a");

            CompletableFuture<Fate> fate = messages.take(completed(request, "early"));
            assertThat(fate).isNotDone();
            waiting.await(request, LONG);
            waiting.sent("a");

            assertThat(fate.join()).isEqualTo(Fate.OVER);
            assertReply("a", "early");
            assertNothingIsLeft();
        }

        @Test
        void aNotificationThatNamesAnAwaitedPlaceWaitsForNoOtherRequestOfItsInferenceId() {
            PendingReply request = enter("a");
            waiting.sends("a");

            assertThat(fate(completed(request, "result"))).isEqualTo(Fate.OVER);

            assertReply("a", "result");
            waiting.sent("a");
        }

        @Test
        void aNotificationWhoseRequestFailedIsOver() {
            waiting.sends("a");
            CompletableFuture<Fate> fate = messages.take(completed(request("a"), "orphan"));

            waiting.sent("a");

            assertThat(fate.join()).isEqualTo(Fate.OVER);
            assertNothingIsLeft();
        }

        @Test
        void aSecondNotificationIsOver() {
            PendingReply request = enter("a");
            fate(completed(request, "first"));
            assertReply("a", "first");

            assertThat(fate(completed(request, "second"))).isEqualTo(Fate.OVER);

            assertThat(replies.told).hasValue(1);
            assertReply("a", "first");
        }

        @Test
        void aNotificationAfterTheTimeOutIsOver() {
            PendingReply request = request("a");
            waiting.await(request, Duration.ofMillis(5));
            await().until(() -> replies.told.get() == 1);

            assertThat(fate(completed(request, "late"))).isEqualTo(Fate.OVER);

            assertThat(replies.byId.get("a")).isInstanceOf(ResultTimedOutException.class);
            assertThat(replies.told).hasValue(1);
            assertNothingIsLeft();
        }

        @Test
        void ofSuccessAndFailureTheFirstSeenCounts() {
            PendingReply request = enter("a");

            fate(failed("a", "the reason", "the failure"));
            fate(completed(request, "output"));

            await().untilAsserted(() -> assertThat(replies.byId.get("a"))
                    .isInstanceOfSatisfying(InferenceFailedException.class, e -> {
                        assertThat(e.getFailureReason()).isEqualTo("the reason");
                        assertThat(e.getFailureBody()).isEqualTo("the failure");
                        assertThat(e.getFailureLocation()).isEqualTo(request.failure.uri());
                    }));
            assertThat(replies.told).hasValue(1);
            assertNothingIsLeft();
        }

        @Test
        void stoppingLeavesNothingBehind() {
            for (int i = 0; i < 1000; i++) {
                enter("r" + i);
            }

            waiting.stop("stopping");

            await().until(() -> replies.told.get() == 1000);
            assertNothingIsLeft();
        }
    }

    @Nested
    class Foreign {

        @Test
        void anotherProducersReplyIsForeign() {
            enter("a");

            assertThat(fate(completed(
                            "b",
                            new S3Location("bucket", "out/camel-await/000000000000/202001010000-0000/b"),
                            "other")))
                    .isEqualTo(Fate.FOREIGN);
            assertThat(fate(failed("b", "other", null))).isEqualTo(Fate.FOREIGN);
            assertThat(replies.told).hasValue(0);
        }

        @Test
        void aReplyThatNamesAnotherEndpointIsForeign() {
            PendingReply request = enter("a");
            ResultEvent other = ResultEvent.of(InferenceStatus.COMPLETED, "other", event -> {
                event.inferenceId = "a";
                event.outputLocation = request.output;
            });

            fate(other);

            assertThat(replies.told).hasValue(0);
            assertThat(waiting.size()).isOne();
        }
    }

    private Fate fate(ResultEvent notification) {
        return messages.take(notification).join();
    }

    private static ResultEvent completed(PendingReply request, String content) {
        return completed(request.inferenceId, request.output, content);
    }

    private static ResultEvent completed(String id, S3Location output, String content) {
        return ResultEvent.of(InferenceStatus.COMPLETED, "endpoint", event -> {
            event.inferenceId = id;
            event.outputLocation = output;
            event.contentType = "text/plain";
            event.contentLength = content == null ? null : (long) bytes(content).length;
            event.content = bytes(content);
        });
    }

    private static byte[] bytes(String content) {
        return content == null ? null : content.getBytes(StandardCharsets.UTF_8);
    }

    private static ResultEvent failed(String id, String reason, String content) {
        return ResultEvent.of(InferenceStatus.FAILED, "endpoint", event -> {
            event.inferenceId = id;
            event.failureReason = reason;
            event.content = bytes(content);
        });
    }

    private PendingReply enter(String id) {
        PendingReply request = request(id);
        waiting.await(request, LONG);
        return request;
    }

    private PendingReply request(String id) {
        return replies.request(
                id,
                new S3Location("bucket", "out/" + waiting.path.next(null, null) + "/" + id + ".out"),
                new S3Location("bucket", "failed/" + id + "-error.out"));
    }

    private void assertReply(String id, String body) {
        await().untilAsserted(() -> assertThat(replies.byId).containsEntry(id, body));
    }

    private void assertNothingIsLeft() {
        await().untilAsserted(() -> {
            assertThat(waiting.size()).isZero();
            assertThat(waiting.byInferenceId).isEmpty();
            assertThat(waiting.sending).isEmpty();
            assertThat(looks.pollers).isEmpty();
            assertThat(timer.getQueue()).isEmpty();
        });
    }
}
