package io.github.camelsagemaker.async.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkerPoolTest {

    private final CamelContext context = new DefaultCamelContext();
    private WorkerPool pool;

    @BeforeEach
    void onePoolThread() {
        context.start();
        pool = new WorkerPool(context, this, "workers", 1, false);
    }

    @AfterEach
    void stop() {
        pool.close();
        context.stop();
    }

    /** Callers are threads of the SDK: what waits there stops every call to AWS. */
    @Test
    void aTaskWaitsForAThreadInsteadOfRunningOnItsCaller() {
        CountDownLatch mayEnd = new CountDownLatch(1);
        CompletableFuture<Thread> first = new CompletableFuture<>();
        CompletableFuture<Thread> second = new CompletableFuture<>();
        pool.execute(() -> {
            first.complete(Thread.currentThread());
            awaitQuietly(mayEnd);
        });

        pool.execute(() -> second.complete(Thread.currentThread()));

        assertThat(second).isNotDone();
        mayEnd.countDown();
        assertThat(second).succeedsWithin(Duration.ofSeconds(30)).isNotSameAs(Thread.currentThread());
    }

    @Test
    void aTaskHandedInAfterTheEndIsNotLost() {
        pool.close();
        CompletableFuture<Thread> late = new CompletableFuture<>();

        pool.execute(() -> late.complete(Thread.currentThread()));

        assertThat(late).succeedsWithin(Duration.ofSeconds(30)).isNotSameAs(Thread.currentThread());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
