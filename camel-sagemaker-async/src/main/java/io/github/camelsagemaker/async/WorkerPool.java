package io.github.camelsagemaker.async;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;

/**
 * The threads on which users' streams are read, repositories asked and exchanges continued: never the SDK's threads and
 * never the caller's.
 *
 * <p>Every task runs exactly once. After the pool was shut down it runs on the thread that hands it in, because a lost task
 * would be an exchange that never ends. The queue is not bounded; it holds at most one task for each exchange in flight,
 * whose number others bound (the caller of a producer, the permits of a consumer).
 */
final class WorkerPool implements Executor, AutoCloseable {

    private final CamelContext camelContext;
    private final ExecutorService threads;

    WorkerPool(CamelContext camelContext, Object source, String name, int maxThreads) {
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
            task.run();
        }
    }

    @Override
    public void close() {
        camelContext.getExecutorServiceManager().shutdown(threads);
    }
}
