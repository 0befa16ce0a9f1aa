package io.github.camelsagemaker.async.internal.concurrent;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads on which users' streams are read, repositories asked and exchanges continued: never the SDK's threads and
 * never the caller's.
 *
 * <p>Every task runs exactly once, because a lost one would be an exchange that never ends. What is handed in after the pool was
 * shut down gets a thread of its own; while the machine has no thread to give, a task waits. The queue is not bounded; it holds at most one task for each exchange in flight,
 * whose number others bound (the caller of a producer, the permits of a consumer).
 */
public final class WorkerPool implements Executor, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);

    private static final long RETRY_MILLIS = 100;

    private final CamelContext camelContext;
    private final ExecutorService threads;

    public WorkerPool(CamelContext camelContext, Object source, String name, int maxThreads) {
        this.camelContext = camelContext;
        ThreadPoolProfile profile = new ThreadPoolProfile("sagemaker-async");
        profile.setPoolSize(maxThreads);
        profile.setMaxPoolSize(maxThreads);
        // To Camel 0 and less mean no queue at all: tasks would run on the thread that hands them in.
        profile.setMaxQueueSize(Integer.MAX_VALUE);
        profile.setKeepAliveTime(30L);
        profile.setTimeUnit(TimeUnit.SECONDS);
        profile.setAllowCoreThreadTimeOut(true);
        profile.setRejectedPolicy(ThreadPoolRejectedPolicy.Abort);
        this.threads = camelContext.getExecutorServiceManager().newThreadPool(source, name, profile);
    }

    @Override
    public void execute(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            Thread late = new Thread(task, "SageMakerAsyncLate");
            late.setDaemon(true);
            late.start();
        } catch (OutOfMemoryError e) { // "unable to create native thread"
            LOG.warn("No thread is to be had; trying again in {} ms", RETRY_MILLIS, e);
            CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS, this)
                    .execute(task);
        }
    }

    @Override
    public void close() {
        camelContext.getExecutorServiceManager().shutdown(threads);
    }
}
