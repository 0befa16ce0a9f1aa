package io.github.camelsagemaker.async.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.BaseExecutorServiceManager;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.support.DefaultThreadPoolFactory;
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

    @Test
    void tasksOneAfterTheOtherTakeOneThread() {
        pool.close();
        pool = new WorkerPool(context, this, "workers", 64, true);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();

        for (int i = 0; i < 70; i++) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            pool.execute(() -> {
                threads.add(Thread.currentThread());
                done.complete(null);
            });
            done.join();
        }

        assertThat(threads).hasSizeLessThan(16); // the one before may not be back yet
    }

    /** To wake a thread costs more than most tasks: a batch of messages would wake one for each. */
    @Test
    void fewThreadsBeginAtATimeAndOnlyForTasksThatStillWait() {
        Queue<Runnable> beginning = new ConcurrentLinkedQueue<>();
        ((BaseExecutorServiceManager) context.getExecutorServiceManager())
                .setThreadPoolFactory(new DefaultThreadPoolFactory() {
                    @Override
                    public ExecutorService newThreadPool(ThreadPoolProfile profile, ThreadFactory factory) {
                        return new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), factory) {
                            @Override
                            public void execute(Runnable thread) {
                                beginning.add(thread);
                            }
                        };
                    }
                });
        WorkerPool woken = new WorkerPool(context, this, "woken", 64, false);
        AtomicInteger done = new AtomicInteger();
        for (int i = 0; i < 10; i++) {
            woken.execute(done::incrementAndGet);
        }
        assertThat(beginning).hasSize(4);

        beginning.remove().run();
        assertThat(done).hasValue(10);
        assertThat(beginning).hasSize(4); // when the first began, others still waited

        while (!beginning.isEmpty()) {
            beginning.remove().run();
        }
        woken.execute(done::incrementAndGet);
        assertThat(beginning).hasSize(1);
        woken.close();
    }

    @Test
    void tasksThatBlockHaveAThreadEachUpToTheLimit() {
        pool.close();
        pool = new WorkerPool(context, this, "workers", 16, false);
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicInteger begun = new AtomicInteger();
        for (int i = 0; i < 40; i++) {
            pool.execute(() -> {
                begun.incrementAndGet();
                awaitQuietly(mayEnd);
            });
        }

        await().untilAsserted(() -> assertThat(begun).hasValue(16));
        mayEnd.countDown();

        await().untilAsserted(() -> assertThat(begun).hasValue(40));
    }

    /** What a waiting task would bring may be what all the others wait for. */
    @Test
    void aGrowingPoolBeginsMoreWhenAllItsThreadsBlock() {
        pool.close();
        pool = new WorkerPool(context, this, "workers", 2, true);
        CountDownLatch mayEnd = new CountDownLatch(1);
        for (int i = 0; i < 100; i++) {
            pool.execute(() -> awaitQuietly(mayEnd));
        }

        pool.execute(mayEnd::countDown);

        assertThat(mayEnd).satisfies(latch -> assertThat(latch.await(30, TimeUnit.SECONDS))
                .isTrue());
    }

    @Test
    void aTaskThatFailsTakesNoOtherAlong() {
        CompletableFuture<Void> next = new CompletableFuture<>();
        CountDownLatch mayFail = new CountDownLatch(1);
        pool.execute(() -> {
            awaitQuietly(mayFail);
            throw new IllegalStateException("for the test");
        });
        pool.execute(() -> next.complete(null));

        mayFail.countDown();

        assertThat(next).succeedsWithin(Duration.ofSeconds(30));
    }

    /** A route may leave its thread interrupted, and the next task is another exchange. */
    @Test
    void aTaskIsNotInterruptedForTheOneBefore() {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        CountDownLatch mayEnd = new CountDownLatch(1);
        pool.execute(() -> {
            awaitQuietly(mayEnd);
            Thread.currentThread().interrupt();
        });
        pool.execute(() -> interrupted.complete(Thread.currentThread().isInterrupted()));

        mayEnd.countDown();

        assertThat(interrupted).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(false);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
