package io.github.camelsagemaker.async.internal.concurrent;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads on which users' code runs: streams are read, repositories and stores asked and exchanges continued; never the SDK's
 * threads and never the caller's. Their number follows the work.
 *
 * <p>Every task runs exactly once, because a lost one would be an exchange that never ends. What is handed in after the pool was
 * shut down gets a thread of its own; while the machine has no thread to give, a task waits. The queue is not bounded: what must
 * not happen too often at once is limited by permits, not here.
 */
public final class WorkerPool implements Executor, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);

    private static final int SPARE_THREADS = 8;
    private static final long STALLED_MILLIS = 50;
    private static final long SHRINKING_MILLIS = 1_000;
    private static final long RETRY_MILLIS = 100;

    private final ExecutorServiceManager executors;
    private final int usualThreads;
    private final ExecutorService threads;
    private final ScheduledExecutorService timer;
    private final LongAdder begun = new LongAdder();
    private final AtomicBoolean watching = new AtomicBoolean();
    private long begunBefore = -1;

    /**
     * @param usualThreads how many threads there are at most, as long as tasks go on
     * @param growing whether there are more when tasks wait and none has begun for a moment: users' code blocks all threads then,
     *     maybe for what a waiting task would bring. So nothing that is handed in here waits for users' code
     */
    public WorkerPool(CamelContext camelContext, Object source, String name, int usualThreads, boolean growing) {
        this.executors = camelContext.getExecutorServiceManager();
        this.usualThreads = usualThreads;
        ThreadPoolProfile profile = new ThreadPoolProfile("sagemaker-async");
        profile.setPoolSize(usualThreads);
        profile.setMaxPoolSize(growing ? Integer.MAX_VALUE : usualThreads);
        // To Camel 0 and less mean no queue at all: tasks would run on the thread that hands them in.
        profile.setMaxQueueSize(Integer.MAX_VALUE);
        profile.setKeepAliveTime(10L);
        profile.setTimeUnit(TimeUnit.SECONDS);
        profile.setAllowCoreThreadTimeOut(true);
        profile.setRejectedPolicy(ThreadPoolRejectedPolicy.Abort);
        this.threads = executors.newThreadPool(source, name, profile);
        this.timer = growing ? executors.newSingleThreadScheduledExecutor(source, name + "Watch") : null;
        if (timer != null) {
            timer.execute(() -> {}); // from now on its thread is there: when it is needed there may be none to be had
        }
    }

    @Override
    public void execute(Runnable task) {
        try {
            begin(task);
        } catch (OutOfMemoryError e) { // "unable to create native thread"
            LOG.warn("No thread is to be had; trying again in {} ms", RETRY_MILLIS, e);
            CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS, this)
                    .execute(task);
        }
    }

    private void begin(Runnable task) {
        try {
            threads.execute(() -> {
                begun.increment();
                task.run();
            });
        } catch (RejectedExecutionException e) {
            Thread late = new Thread(task, "SageMakerAsyncLate");
            late.setDaemon(true);
            late.start();
            return;
        }
        // Virtual threads need no watching: each task has one.
        if (timer != null
                && threads instanceof ThreadPoolExecutor pool
                && !pool.getQueue().isEmpty()) {
            beginToWatch(pool);
        }
    }

    private void beginToWatch(ThreadPoolExecutor pool) {
        if (watching.compareAndSet(false, true)) {
            watchIn(STALLED_MILLIS, pool);
        }
    }

    private void watchIn(long millis, ThreadPoolExecutor pool) {
        try {
            timer.schedule(() -> watch(pool), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            watching.set(false); // shut down, or no thread for the watch: the tasks themselves were taken
        }
    }

    private void watch(ThreadPoolExecutor pool) {
        long begunNow = begun.sum();
        int waiting = pool.getQueue().size();
        int size = pool.getCorePoolSize();
        try {
            if (waiting == 0) {
                pool.setCorePoolSize(Math.min(size, Math.max(usualThreads, pool.getActiveCount() + SPARE_THREADS)));
            } else if (begunNow == begunBefore) {
                pool.setCorePoolSize(size + Math.min(waiting, Math.max(SPARE_THREADS, size / 4)));
            }
        } catch (Throwable e) { // the JVM has no more threads; those that there are go on
            LOG.warn("All {} threads are blocked by routes, and there cannot be more", pool.getPoolSize(), e);
        }
        begunBefore = begunNow;
        if (!pool.getQueue().isEmpty()) {
            watchIn(STALLED_MILLIS, pool);
        } else if (pool.getCorePoolSize() > usualThreads) {
            watchIn(SHRINKING_MILLIS, pool);
        } else {
            watching.set(false);
            if (!pool.getQueue().isEmpty()) {
                beginToWatch(pool);
            }
        }
    }

    @Override
    public void close() {
        executors.shutdown(threads);
        if (timer != null) {
            executors.shutdownNow(timer);
        }
    }
}
