package io.github.camelsagemaker.async.internal.sqs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.internal.sqs.MessageReceiver.QueueSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResponse;

@Tag("no-camel")
class MessageVisibilityTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ScriptedSqs sqs = new ScriptedSqs();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private long nanoTime = Long.MAX_VALUE - 7; // it may overflow at any time

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    /** The timer's own ticks are too far apart to be seen here: the test ticks. */
    private MessageVisibility visibility(Duration limit) {
        return new MessageVisibility(sqs, new QueueSettings("url", 1, TIMEOUT, limit, 1, 0), timer, () -> nanoTime);
    }

    private QueueMessage message(int i) {
        return new QueueMessage("id-" + i, "handle-" + i, 1, "", null, null);
    }

    private List<Integer> secondsAskedFor() {
        return sqs.changes.stream()
                .flatMap(request -> request.entries().stream())
                .map(entry -> entry.visibilityTimeout())
                .toList();
    }

    private void after(Duration time, MessageVisibility visibility) {
        nanoTime += time.toNanos();
        visibility.extend();
    }

    @Test
    void aMessageIsExtendedOnceHalfItsTimeIsOver() {
        MessageVisibility visibility = visibility(Duration.ofHours(12));
        visibility.hold(message(1));

        after(Duration.ofSeconds(14), visibility);
        assertThat(sqs.changes).isEmpty();
        after(Duration.ofSeconds(1), visibility);
        assertThat(secondsAskedFor()).containsExactly(30);
        after(Duration.ofSeconds(14), visibility);
        assertThat(sqs.changes).hasSize(1);
        after(Duration.ofSeconds(1), visibility);
        assertThat(secondsAskedFor()).containsExactly(30, 30);
    }

    @Test
    void aMessageIsPutOffByTwiceTheTimeSinceItsFirstReceiveHoweverOftenItWasReceived() {
        MessageVisibility visibility = visibility(null);
        Instant first = Instant.parse("2026-11-29T00:00:00Z");
        long longest = Duration.ofDays(14).toSeconds();

        // SQS's date is in whole seconds, so each may be nearly one more. The last is what a clock tells that is
        // behind.
        for (long seconds : new long[] {0, 14, 15, 90, 448, 449, 450, longest, -120}) {
            visibility.putOff(new QueueMessage("id", "handle", 7, "", first, first.plusSeconds(seconds)));
        }

        assertThat(secondsAskedFor()).containsExactly(30, 30, 32, 182, 898, 900, 900, 900, 30);
    }

    @Test
    void aMessageWithAVisibilityTimeoutOfAnHourIsPutOffByThat() {
        MessageVisibility visibility =
                new MessageVisibility(sqs, new QueueSettings("url", 1, Duration.ofHours(1), null, 1, 0), timer, null);

        visibility.putOff(new QueueMessage("id", "handle", 1, "", Instant.EPOCH, Instant.EPOCH.plusSeconds(7200)));

        assertThat(secondsAskedFor()).containsExactly(3600);
    }

    @Test
    void aMessageLetGoIsNotExtended() {
        MessageVisibility visibility = visibility(Duration.ofHours(12));
        QueueMessage message = message(1);
        visibility.hold(message);
        visibility.letGo(message);

        after(Duration.ofSeconds(20), visibility);
        assertThat(sqs.changes).isEmpty();
    }

    @Test
    void aMessageWhoseVisibilityIsChangedIsHeldNoLonger() {
        MessageVisibility visibility = visibility(Duration.ofHours(12));
        QueueMessage message = message(1);
        visibility.hold(message);
        visibility.change(List.of(message), 0, "");

        after(Duration.ofSeconds(20), visibility);
        assertThat(secondsAskedFor()).containsExactly(0);
    }

    @Test
    void tenMessagesShareARequest() {
        MessageVisibility visibility = visibility(Duration.ofHours(12));
        for (int i = 0; i < 25; i++) {
            visibility.hold(message(i));
        }

        after(Duration.ofSeconds(20), visibility);
        assertThat(sqs.changes).hasSize(3);
        assertThat(secondsAskedFor()).hasSize(25);
    }

    @Test
    void theLastExtensionEndsAtTheLimitAndThenTheMessageIsHeldNoLonger() {
        MessageVisibility visibility = visibility(Duration.ofSeconds(40));
        visibility.hold(message(1));

        after(Duration.ofSeconds(20), visibility);
        assertThat(secondsAskedFor()).containsExactly(20);
        after(Duration.ofSeconds(20), visibility);
        assertThat(sqs.changes).hasSize(1);
        assertThat(visibility.held).isEmpty();
    }

    @Test
    void noMessageIsHeldLongerThanSqsAllows() {
        MessageVisibility visibility = visibility(Duration.ofHours(20));
        visibility.hold(message(1));
        int looks = 0;
        while (!visibility.held.isEmpty()) {
            after(Duration.ofSeconds(20), visibility);
            looks++;
        }

        // Every look but the last asked for 30 s more.
        assertThat(secondsAskedFor()).hasSize(looks - 1).containsOnly(30);
        assertThat(Duration.ofSeconds(20L * (looks - 1) + 30)).isLessThan(Duration.ofHours(12));
        assertThat(Duration.ofSeconds(20L * looks + 30)).isGreaterThan(MessageVisibility.SQS_LIMIT);
    }

    @Test
    void aMessageThatSqsNoLongerKnowsIsHeldNoLonger() {
        sqs.onChange = request -> CompletableFuture.completedFuture(refusing("0", true));
        MessageVisibility visibility = visibility(Duration.ofHours(12));
        visibility.hold(message(1));

        after(Duration.ofSeconds(20), visibility);
        assertThat(visibility.held).isEmpty();
    }

    @Test
    void aRefusalThatMayPassIsTriedAgainAtTheNextLook() {
        sqs.onChange = request -> CompletableFuture.completedFuture(refusing("0", false));
        MessageVisibility visibility = visibility(Duration.ofHours(12));
        visibility.hold(message(1));
        visibility.hold(message(2));

        after(Duration.ofSeconds(20), visibility);
        after(Duration.ofSeconds(1), visibility);
        assertThat(sqs.changes.get(1).entries()).hasSize(1);
        assertThat(visibility.held).hasSize(2);
    }

    @Test
    void aFailedRequestAndOneThatThrowsAreTriedAgain() {
        MessageVisibility visibility = visibility(Duration.ofHours(12));
        visibility.hold(message(1));
        sqs.onChange = request -> CompletableFuture.failedFuture(new IllegalStateException("away"));
        after(Duration.ofSeconds(16), visibility);
        sqs.onChange = request -> {
            throw new IllegalStateException("closed");
        };
        after(Duration.ofSeconds(1), visibility);
        after(Duration.ofSeconds(1), visibility);

        assertThat(secondsAskedFor()).containsExactly(30, 30, 30);
        assertThat(visibility.held).hasSize(1);
    }

    private static ChangeMessageVisibilityBatchResponse refusing(String id, boolean senderFault) {
        return ChangeMessageVisibilityBatchResponse.builder()
                .failed(BatchResultErrorEntry.builder()
                        .id(id)
                        .code("InvalidParameterValue")
                        .senderFault(senderFault)
                        .build())
                .build();
    }
}
