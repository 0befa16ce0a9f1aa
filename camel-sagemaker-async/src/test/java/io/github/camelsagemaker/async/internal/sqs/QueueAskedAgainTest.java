package io.github.camelsagemaker.async.internal.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.aws.Startup;
import io.github.camelsagemaker.async.internal.concurrent.StartPatience;
import io.github.camelsagemaker.async.internal.sqs.MessageReceiver.QueueSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("no-camel")
class QueueAskedAgainTest {

    private static final QueueSettings QUEUE = new QueueSettings("queue", 1, Duration.ofSeconds(30), null, 1, 0);

    private final List<QueueSettings> received = new CopyOnWriteArrayList<>();

    @Test
    void anAskingThatThrowsIsRepeatedAsOneThatFails() throws Exception {
        Queue<Supplier<CompletableFuture<QueueSettings>>> answers = new ArrayDeque<>();
        answers.add(() -> {
            throw new IllegalStateException("The client is being built");
        });
        answers.add(() -> CompletableFuture.completedFuture(QUEUE));
        Startup<QueueSettings> startup = new Startup<>(
                "The route receives nothing yet",
                () -> answers.remove().get(),
                received::add,
                state -> {},
                (what, failure) -> {},
                () -> false,
                Runnable::run);

        startup.begin(
                CompletableFuture.failedFuture(AwsErrors.translate("GetQueueUrl", "it", new IOException("away"))),
                new StartPatience());

        await().atMost(Duration.ofSeconds(30)).until(() -> received.equals(List.of(QUEUE)));
        assertThat(answers).isEmpty();
    }

    @Test
    void aBeginningThatFailsAfterTheStartIsRepeatedAndReportedOnce() throws Exception {
        List<Throwable> reported = new CopyOnWriteArrayList<>();
        AtomicInteger beginnings = new AtomicInteger();
        Startup<QueueSettings> startup = new Startup<>(
                "The route receives nothing yet",
                () -> CompletableFuture.completedFuture(QUEUE),
                queue -> {
                    if (beginnings.incrementAndGet() < 3) {
                        throw new IllegalStateException("The database is away");
                    }
                    received.add(queue);
                },
                state -> {},
                (what, failure) -> reported.add(failure),
                () -> false,
                Runnable::run);

        startup.begin(
                CompletableFuture.failedFuture(AwsErrors.translate("GetQueueUrl", "it", new IOException("away"))),
                new StartPatience());

        await().atMost(Duration.ofSeconds(30)).until(() -> received.equals(List.of(QUEUE)));
        assertThat(reported).singleElement().isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anErrorAfterTheStartIsNotSilent() throws Exception {
        List<Throwable> reported = new CopyOnWriteArrayList<>();
        Startup<QueueSettings> startup = new Startup<>(
                "The route receives nothing yet",
                () -> CompletableFuture.completedFuture(QUEUE),
                queue -> {
                    throw new NoClassDefFoundError("of somebody's repository");
                },
                state -> {},
                (what, failure) -> reported.add(failure),
                () -> false,
                Runnable::run);

        startup.begin(
                CompletableFuture.failedFuture(AwsErrors.translate("GetQueueUrl", "it", new IOException("away"))),
                new StartPatience());

        await().atMost(Duration.ofSeconds(30)).until(() -> reported.size() == 1);
        assertThat(reported.get(0)).isInstanceOf(NoClassDefFoundError.class);
    }
}
