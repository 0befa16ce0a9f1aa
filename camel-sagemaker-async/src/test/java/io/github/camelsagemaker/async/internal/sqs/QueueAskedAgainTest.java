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
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("no-camel")
class QueueAskedAgainTest {

    private static final QueueSettings QUEUE = new QueueSettings("queue", 1, Duration.ofSeconds(30), null, 1, 0);

    private final List<QueueSettings> received = new CopyOnWriteArrayList<>();
    private final List<Throwable> reported = new CopyOnWriteArrayList<>();

    private void beginWhileAwsIsAway(
            Supplier<CompletableFuture<QueueSettings>> asking, Consumer<QueueSettings> receiving) throws Exception {
        new Startup<>(
                        "The route receives nothing yet",
                        asking,
                        receiving::accept,
                        state -> {},
                        (what, failure) -> reported.add(failure),
                        () -> false,
                        Runnable::run)
                .begin(
                        CompletableFuture.failedFuture(
                                AwsErrors.translate("GetQueueUrl", "it", new IOException("away"))),
                        new StartPatience());
    }

    @Test
    void anAskingThatThrowsIsRepeatedAsOneThatFails() throws Exception {
        Queue<Supplier<CompletableFuture<QueueSettings>>> answers = new ArrayDeque<>();
        answers.add(() -> {
            throw new IllegalStateException("The client is being built");
        });
        answers.add(() -> CompletableFuture.completedFuture(QUEUE));
        beginWhileAwsIsAway(() -> answers.remove().get(), received::add);

        await().atMost(Duration.ofSeconds(30)).until(() -> received.equals(List.of(QUEUE)));
        assertThat(answers).isEmpty();
    }

    @Test
    void aBeginningThatFailsAfterTheStartIsRepeatedAndReportedOnce() throws Exception {
        AtomicInteger beginnings = new AtomicInteger();
        beginWhileAwsIsAway(() -> CompletableFuture.completedFuture(QUEUE), queue -> {
            if (beginnings.incrementAndGet() < 3) {
                throw new IllegalStateException("The database is away");
            }
            received.add(queue);
        });

        await().atMost(Duration.ofSeconds(30)).until(() -> received.equals(List.of(QUEUE)));
        assertThat(reported).singleElement().isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anErrorAfterTheStartIsNotSilent() throws Exception {
        beginWhileAwsIsAway(() -> CompletableFuture.completedFuture(QUEUE), queue -> {
            throw new NoClassDefFoundError("of somebody's repository");
        });

        await().atMost(Duration.ofSeconds(30)).until(() -> reported.size() == 1);
        assertThat(reported.get(0)).isInstanceOf(NoClassDefFoundError.class);
    }
}
