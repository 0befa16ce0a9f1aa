package io.github.camelsagemaker.async.internal.concurrent;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads on which users' code runs: streams are read, repositories and stores asked and exchanges continued; never the SDK's
 * threads and never the caller's. Threads begin when tasks wait, a few at a time, and end when they have been idle for a while.
 *
 * <p>Every task runs exactly once, because a lost one would be an exchange that never ends. What is dispatched after the pool was
 * shut down gets a thread of its own; while the machine has no thread to give, a task waits. The queue is not bounded: what must
 * not happen too often at once is limited by permits, not here.
 */
public final class WorkerPool implements Executor, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);

    private static final long IDLE_SECONDS = 10;

    /** As many as bring all threads to work nearly as soon as if all were woken at once, where each task blocks. */
    private static final int BEGINNING_AT_ONCE = 4;

    private static final int SPARE_THREADS = 8;
    private static final long STALLED_MILLIS = 50;
    private static final long SHRINKING_MILLIS = 1_000;
    private static final long RETRY_MILLIS = 100;

    private final ExecutorServiceManager executors;
    private final ExecutorService threads;
    private final boolean growing;
    private final int usualThreads;
    private volatile int mostThreads;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger atWork = new AtomicInteger();
    private final Semaphore beginning = new Semaphore(BEGINNING_AT_ONCE);
    private final LongAdder begun = new LongAdder();
    private final AtomicBoolean watching = new AtomicBoolean();
    private long begunBefore = -1;

    /**
     * @param usualThreads how many threads there are at most, as long as tasks go on
     * @param growing whether there are more when tasks wait and none has begun for a moment: users' code blocks all threads then,
     *     maybe for what a waiting task would bring. So nothing that is dispatched here waits for users' code
     */
    public WorkerPool(CamelContext camelContext, Object source, String name, int usualThreads, boolean growing) {
        this.executors = camelContext.getExecutorServiceManager();
        ThreadPoolProfile profile = new ThreadPoolProfile("sagemaker-async");
        profile.setPoolSize(1); // to Camel 0 means that a second one never begins
        profile.setMaxPoolSize(Integer.MAX_VALUE);
        // Tasks wait here: a queue of the pool would begin a thread for each, though others are idle.
        profile.setMaxQueueSize(0);
        profile.setKeepAliveTime(IDLE_SECONDS);
        profile.setTimeUnit(TimeUnit.SECONDS);
        profile.setAllowCoreThreadTimeOut(true);
        profile.setRejectedPolicy(ThreadPoolRejectedPolicy.Abort);
        this.threads = executors.newThreadPool(source, name, profile);
        boolean isVirtual = !(threads instanceof ThreadPoolExecutor);
        this.usualThreads = isVirtual ? Integer.MAX_VALUE : usualThreads;
        this.mostThreads = this.usualThreads;
        this.growing = growing && !isVirtual;
        // From now on the JDK's timer has its thread: when it is needed there may be none to be had.
        Futures.later(0, Runnable::run, () -> {});
    }

    @Override
    public void execute(Runnable task) {
        waiting.add(task);
        beginToWork();
    }

    /** A few at a time: until they have begun, others may have done what waits, and to wake a thread costs more than most tasks. */
    private void beginToWork() {
        while (!waiting.isEmpty() && beginning.tryAcquire()) {
            int others = atWork.get();
            boolean mayBegin = others < mostThreads || threads.isShutdown();
            if (mayBegin && atWork.compareAndSet(others, others + 1)) {
                beginThread();
                return;
            }
            beginning.release();
            if (!mayBegin && atWork.get() >= mostThreads) { // else one has ended since, to which all seemed to begin
                if (growing && watching.compareAndSet(false, true)) {
                    Futures.later(STALLED_MILLIS, Runnable::run, this::watch);
                }
                return;
            }
        }
    }

    private void beginThread() {
        try {
            try {
                threads.execute(this::work);
            } catch (RejectedExecutionException e) { // shut down
                Thread late = new Thread(this::work, "SageMakerAsyncLate");
                late.setDaemon(true);
                late.start();
            }
        } catch (Error e) { // "unable to create native thread", mostly
            atWork.decrementAndGet();
            beginning.release();
            LOG.warn("No thread is to be had; trying again in {} ms", RETRY_MILLIS, e);
            Futures.later(RETRY_MILLIS, Runnable::run, this::beginToWork);
        }
    }

    private void work() {
        beginning.release();
        try {
            Runnable task = waiting.poll();
            beginToWork();
            for (; task != null; task = waiting.poll()) {
                begun.increment();
                if (!threads.isShutdown()) {
                    Thread.interrupted(); // what the task before left behind is not meant for this one
                }
                task.run();
            }
        } finally {
            atWork.decrementAndGet();
            beginToWork(); // a task that failed leaves others, and one may have come since
        }
    }

    private void watch() {
        int most = mostThreads;
        if (waiting.isEmpty()) {
            mostThreads = Math.max(usualThreads, Math.min(most, atWork.get() + SPARE_THREADS));
        } else if (begun.sum() == begunBefore) {
            int more = Math.max(SPARE_THREADS, most / 4);
            mostThreads = most + more;
            for (int i = 0; i < more; i++) {
                beginToWork();
            }
        }
        begunBefore = begun.sum();
        if (!waiting.isEmpty()) {
            Futures.later(STALLED_MILLIS, Runnable::run, this::watch);
        } else if (mostThreads > usualThreads) {
            Futures.later(SHRINKING_MILLIS, Runnable::run, this::watch);
        } else {
            watching.set(false);
            beginToWork();
        }
    }

    public boolean isClosed() {
        return threads.isShutdown();
    }

    @Override
    public void close() {
        executors.shutdown(threads);
    }
}
