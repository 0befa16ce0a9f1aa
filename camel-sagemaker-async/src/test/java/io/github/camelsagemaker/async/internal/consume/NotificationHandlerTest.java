package io.github.camelsagemaker.async.internal.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.ForeignMessages;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import io.github.camelsagemaker.async.internal.observe.ResultObserver;
import io.github.camelsagemaker.async.internal.result.Notifications;
import io.github.camelsagemaker.async.internal.result.ResultEvent;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import io.github.camelsagemaker.async.internal.sqs.MessageReceiver;
import io.github.camelsagemaker.async.internal.sqs.MessageReceiver.QueueSettings;
import io.github.camelsagemaker.async.internal.sqs.QueueMessage;
import io.github.camelsagemaker.async.internal.sqs.RedeliveryBackoff;
import io.github.camelsagemaker.async.internal.sqs.ScriptedSqs;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NotificationHandlerTest {

    private static final String RESULT = Notifications.created("bucket", "out/a");

    private final ScriptedSqs sqs = new ScriptedSqs();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final MessageReceiver receiver = new MessageReceiver(
            sqs,
            sqs,
            new QueueSettings("url", 1, Duration.ofSeconds(30), null, 1, 0),
            new AsyncSemaphore(1, Runnable::run),
            timer,
            timer,
            (failure, message) -> {});
    private final List<ResultEvent> begun = new CopyOnWriteArrayList<>();
    private final ResultObserver observer = ResultObserver.none();
    private final List<String> reports = new CopyOnWriteArrayList<>();
    private ResultOutcome outcome = ResultOutcome.SETTLED;

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    private NotificationHandler handler(ForeignMessages foreignMessages, Executor workers) {
        NotificationHandler handler = new NotificationHandler(
                receiver,
                new PlacePolicy("model", new S3Prefix("bucket", "out/"), null),
                List.of(),
                (event, settlement) -> {
                    begun.add(event);
                    return CompletableFuture.completedFuture(outcome);
                },
                RedeliveryBackoff.parse("off"),
                null,
                foreignMessages,
                workers,
                (message, failure) -> reports.add(message),
                observer);
        receiver.open();
        return handler;
    }

    private static QueueMessage message(int receiveCount, String body) {
        return new QueueMessage("id", "handle", receiveCount, body, null, null);
    }

    private List<Integer> visibilities() {
        return sqs.changes.stream()
                .flatMap(request -> request.entries().stream())
                .map(entry -> entry.visibilityTimeout())
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,2", "3,4", "7,64", "1000,64"})
    void whatIsLeftToOthersComesBackLaterWithEachReceive(int receiveCount, int seconds) {
        NotificationHandler handler = handler(ForeignMessages.LEAVE, Runnable::run);
        String foreign = Notifications.fixture("completed"); // about example-endpoint

        assertThat(handler.apply(message(receiveCount, foreign))).isCompleted();
        assertThat(visibilities()).containsExactly(seconds);
    }

    @Test
    void whatIsNotBegunWhenTheReceiverIsPausedIsGivenBack() {
        NotificationHandler handler = handler(ForeignMessages.REJECT, Runnable::run);
        receiver.pause();

        assertThat(handler.apply(message(1, RESULT))).isCompleted();
        assertThat(handler.apply(message(1, "not json"))).isCompleted();
        assertThat(begun).isEmpty();
        assertThat(reports).isEmpty();
        assertThat(visibilities()).containsExactly(0, 0);
    }

    @Test
    void whatWasPausedIsGivenBackAlsoIfTheReceiverGoesOnMeanwhile() {
        outcome = ResultOutcome.PAUSED;

        assertThat(handler(ForeignMessages.REJECT, Runnable::run).apply(message(1, RESULT)))
                .isCompleted();

        assertThat(visibilities()).containsExactly(0);
    }

    @Test
    void aBrokenRecordIsReportedAndTheOthersAreHandled() {
        NotificationHandler handler = handler(ForeignMessages.REJECT, Runnable::run);

        assertThat(handler.apply(message(1, Notifications.created("bucket", "", "out/a", "elsewhere/a"))))
                .isCompleted();
        assertThat(begun).hasSize(1);
        assertThat(reports).hasSize(1);
        assertThat(observer.counted(ResultObserver.Poison.MALFORMED)).isEqualTo(1);
    }
}
