package io.github.camelsagemaker.async.internal.concurrent;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads on which users' code runs: streams are read, stores asked and exchanges continued. Their number follows the work. It is
 * bounded as long as tasks go on; when tasks wait and none has begun for a moment, users' code blocks all threads, maybe for
 * what a waiting task would bring, and there are more of them. So nothing that is handed in here waits for users' code.
 *
 * <p>Every task runs exactly once: after the pool was shut down on the thread that hands it in, because a lost task would be an
 * exchange that never ends. What must not happen too often at once is limited by permits, not here.
 */
public final class GrowingThreadPool implements Executor, AutoCloseable {

    static final int USUAL_THREADS = 64;

    private static final Logger LOG = LoggerFactory.getLogger(GrowingThreadPool.class);

    private static final long STALLED_MILLIS = 50;
    private static final long SHRINKING_MILLIS = 1_000;
    private static final int SPARE_THREADS = 8;

    private final CamelContext camelContext;
    private final ExecutorService threads;
    private final ScheduledExecutorService timer;
    private final LongAdder begun = new LongAdder();
    private final AtomicBoolean watching = new AtomicBoolean();
    private long begunBefore = -1;

    public GrowingThreadPool(CamelContext camelContext, Object source, String name) {
        this.camelContext = camelContext;
        ThreadPoolProfile profile = new ThreadPoolProfile("sagemaker-async-workers");
        profile.setPoolSize(USUAL_THREADS);
        profile.setMaxPoolSize(USUAL_THREADS);
        // To Camel 0 and less mean no queue at all: tasks would run on the thread that hands them in.
        profile.setMaxQueueSize(Integer.MAX_VALUE);
        profile.setKeepAliveTime(10L);
        profile.setTimeUnit(TimeUnit.SECONDS);
        profile.setAllowCoreThreadTimeOut(true);
        profile.setRejectedPolicy(ThreadPoolRejectedPolicy.Abort);
        this.threads = camelContext.getExecutorServiceManager().newThreadPool(source, name, profile);
        this.timer = camelContext.getExecutorServiceManager().newSingleThreadScheduledExecutor(source, name + "Watch");
    }

    @Override
    public void execute(Runnable task) {
        try {
            threads.execute(() -> {
                begun.increment();
                task.run();
            });
        } catch (RejectedExecutionException e) {
            task.run();
            return;
        }
        // Virtual threads need no watching: each task has one.
        if (threads instanceof ThreadPoolExecutor pool
                && !pool.getQueue().isEmpty()
                && watching.compareAndSet(false, true)) {
            watchIn(STALLED_MILLIS, pool);
        }
    }

    private void watchIn(long millis, ThreadPoolExecutor pool) {
        try {
            timer.schedule(() -> watch(pool), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            watching.set(false); // the pool was shut down, and what it has begun ends
        }
    }

    private void watch(ThreadPoolExecutor pool) {
        long begunNow = begun.sum();
        boolean stalled = begunNow == begunBefore && !pool.getQueue().isEmpty();
        begunBefore = begunNow;
        try {
            resize(
                    pool,
                    stalled
                            ? pool.getCorePoolSize()
                                    + Math.min(
                                            pool.getQueue().size(), Math.max(SPARE_THREADS, pool.getCorePoolSize() / 4))
                            : shrunk(pool));
        } catch (Throwable e) { // the JVM has no more threads; those that there are go on
            LOG.warn("All {} threads are blocked by routes, and there cannot be more", pool.getPoolSize(), e);
        }
        if (!pool.getQueue().isEmpty()) {
            watchIn(STALLED_MILLIS, pool);
        } else if (pool.getCorePoolSize() > USUAL_THREADS) {
            watchIn(SHRINKING_MILLIS, pool);
        } else {
            watching.set(false);
            if (!pool.getQueue().isEmpty() && watching.compareAndSet(false, true)) {
                watchIn(STALLED_MILLIS, pool);
            }
        }
    }

    private static int shrunk(ThreadPoolExecutor pool) {
        return pool.getQueue().isEmpty()
                ? Math.min(pool.getCorePoolSize(), Math.max(USUAL_THREADS, pool.getActiveCount() + SPARE_THREADS))
                : pool.getCorePoolSize();
    }

    private static void resize(ThreadPoolExecutor pool, int size) {
        if (size > pool.getMaximumPoolSize()) {
            pool.setMaximumPoolSize(size);
            pool.setCorePoolSize(size);
        } else if (size < pool.getCorePoolSize()) {
            pool.setCorePoolSize(size);
            pool.setMaximumPoolSize(size);
        }
    }

    @Override
    public void close() {
        camelContext.getExecutorServiceManager().shutdown(threads);
        camelContext.getExecutorServiceManager().shutdownNow(timer);
    }
}
