package io.github.camelsagemaker.async.internal.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.S3InMemory;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import io.github.camelsagemaker.async.internal.concurrent.MemoryBudget;
import io.github.camelsagemaker.async.internal.concurrent.RouteStops;
import io.github.camelsagemaker.async.internal.result.BodyMode;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.util.concurrent.SizedScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplyManagerTest {

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private final S3InMemory s3 = new S3InMemory(workers);
    private final ReplyManager service = new ReplyManager(() -> camel, new RouteStops(workers));

    @AfterEach
    void stop() {
        camel.stop();
        workers.shutdownNow();
    }

    @Test
    void producersThatStillWaitAreEndedWithTheComponent() {
        PendingReplies waiting = open();
        s3.put("bucket", "k", "x");
        service.open(waiting, waiting.delivered::close);
        waiting.delete(new S3Location("bucket", "k"));

        service.close();

        assertThat(s3.keys()).isEmpty();
        assertThat(service.waiting()).isEmpty();
    }

    @Test
    void aNotificationThatWaitedForARequestThatFailedGoesOnWithTheWorkers() throws Exception {
        PendingReplies waiting = open();
        waiting.sends("id");
        CompletableFuture<Thread> settling = waiting.answered("id").thenApply(answered -> Thread.currentThread());

        waiting.notSent("id");

        assertThat(settling.get(30, TimeUnit.SECONDS)).isNotEqualTo(Thread.currentThread());
    }

    /** It fails to begin while the machine has no thread to give, after the request was entered. */
    @Test
    void theThreadOfTheTimerIsThereBeforeTheFirstRequestWaits() {
        assertThat(service.timer())
                .isInstanceOfSatisfying(SizedScheduledExecutorService.class, timer -> assertThat(timer.getPoolSize())
                        .isEqualTo(1));
    }

    private PendingReplies open() {
        Duration second = Duration.ofSeconds(1);
        return new PendingReplies(
                service.timer(),
                service.stops,
                workers,
                s3,
                BodyMode.BYTES,
                new AsyncSemaphore(1, workers),
                MemoryBudget.UNLIMITED,
                new S3ReplySource.Pace(second, second));
    }
}
