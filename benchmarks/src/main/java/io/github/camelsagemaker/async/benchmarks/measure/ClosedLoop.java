package io.github.camelsagemaker.async.benchmarks.measure;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Keeps so many operations under way for a time: each begins when the one before it in its lane has ended. An operation that
 * fails ends the round with an error, because a round with failures measures something else.
 */
public final class ClosedLoop {

    private static final long PATIENCE_SECONDS = 60;

    private final LongAdder done = new LongAdder();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final CountDownLatch lanes;
    private final CountDownLatch measured = new CountDownLatch(1);
    private final long end;

    private ClosedLoop(int concurrency, long millis) {
        this.lanes = new CountDownLatch(concurrency);
        this.end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** Work that calls back when it has ended, with its failure or null. */
    @FunctionalInterface
    public interface Operation {

        void start(Consumer<Throwable> callback);

        static Operation of(java.util.function.Supplier<CompletableFuture<?>> call) {
            return callback -> call.get().whenComplete((result, problem) -> callback.accept(problem));
        }
    }

    /** Work that holds its thread until it has ended. */
    @FunctionalInterface
    public interface BlockingOperation {
        void run() throws Exception;
    }

    public static Sample run(Operation operation, int concurrency, long millis) throws Exception {
        ClosedLoop loop = new ClosedLoop(concurrency, millis);
        Meter meter = new Meter();
        for (int i = 0; i < concurrency; i++) {
            loop.next(operation);
        }
        return loop.await(meter);
    }

    public static Sample runBlocking(BlockingOperation operation, int concurrency, long millis) throws Exception {
        ClosedLoop loop = new ClosedLoop(concurrency, millis);
        Meter meter = new Meter();
        for (int i = 0; i < concurrency; i++) {
            new Thread(() -> loop.repeat(operation), "lane").start();
        }
        return loop.await(meter);
    }

    private void next(Operation operation) {
        if (System.nanoTime() >= end || failure.get() != null) {
            lanes.countDown();
            return;
        }
        operation.start(problem -> {
            if (problem == null) {
                done.increment();
            } else {
                failure.compareAndSet(null, problem);
            }
            next(operation);
        });
    }

    private void repeat(BlockingOperation operation) {
        try {
            while (System.nanoTime() < end && failure.get() == null) {
                operation.run();
                done.increment();
            }
        } catch (Throwable problem) {
            failure.compareAndSet(null, problem);
        } finally {
            lanes.countDown();
            stayUntilMeasured();
        }
    }

    /** What a thread allocated is forgotten when it ends. */
    private void stayUntilMeasured() {
        try {
            measured.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Sample await(Meter meter) throws Exception {
        boolean ended = lanes.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        Usage usage = meter.stop();
        measured.countDown();
        if (!ended) {
            throw new IllegalStateException("Operations did not end: " + lanes.getCount(), failure.get());
        }
        if (failure.get() != null) {
            throw new IllegalStateException("An operation failed", failure.get());
        }
        return new Sample(done.sum(), usage);
    }
}
