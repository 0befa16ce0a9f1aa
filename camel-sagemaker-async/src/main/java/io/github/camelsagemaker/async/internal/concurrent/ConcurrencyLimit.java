package io.github.camelsagemaker.async.internal.concurrent;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Lets at most so many tasks be under way at once; the others wait in order, without a thread. Thread-safe. */
public final class ConcurrencyLimit {

    private final Executor executor;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private final ThreadLocal<Queue<Runnable>> nested = new ThreadLocal<>();
    private final int limit;
    private final Duration patience;
    private int free;
    private int extra;
    private long ended;
    private long endedBefore;
    private boolean watching;

    /** @param executor where tasks begin */
    public ConcurrencyLimit(int limit, Executor executor) {
        this(limit, executor, null);
    }

    /**
     * @param patience for tasks that run users' code, which may block for what a waiting task would bring: when none has ended
     *     for so long, a few more begin; null for never
     */
    public ConcurrencyLimit(int limit, Executor executor, Duration patience) {
        this.limit = limit;
        this.free = limit;
        this.executor = executor;
        this.patience = patience;
    }

    /**
     * Begins the task, now or later.
     *
     * @return ends as the task's own future does
     */
    public <T> CompletableFuture<T> submit(Supplier<CompletableFuture<T>> task) {
        return submit(task, 0, null, this::run);
    }

    /**
     * As {@link #submit}, but a task that need not wait begins on the caller's thread.
     *
     * @param maxWaiting how many may wait, or 0 for no bound
     * @param tooMany what the task's future fails with beyond that
     */
    public <T> CompletableFuture<T> submitHere(
            Supplier<CompletableFuture<T>> task, int maxWaiting, Supplier<? extends Throwable> tooMany) {
        return submit(task, maxWaiting, tooMany, Runnable::run);
    }

    private <T> CompletableFuture<T> submit(
            Supplier<CompletableFuture<T>> task,
            int maxWaiting,
            Supplier<? extends Throwable> tooMany,
            Executor beginning) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Runnable start = () -> begin(task, result);
        synchronized (this) {
            if (free == 0 && maxWaiting > 0 && waiting.size() >= maxWaiting) {
                result.completeExceptionally(tooMany.get());
                return result;
            }
            if (free == 0) {
                waiting.add(start);
                watch();
                return result;
            }
            free--;
        }
        beginning.execute(start);
        return result;
    }

    /**
     * Has tasks begin that end at once, one after another and not one inside the other: an executor that was shut down runs
     * them on this thread, and thousands may wait.
     */
    private void run(Runnable start) {
        Queue<Runnable> outer = nested.get();
        if (outer != null) {
            outer.add(start);
            return;
        }
        Queue<Runnable> own = new ArrayDeque<>();
        nested.set(own);
        try {
            for (Runnable next = start; next != null; next = own.poll()) {
                executor.execute(next);
            }
        } finally {
            nested.remove();
        }
    }

    private <T> void begin(Supplier<CompletableFuture<T>> task, CompletableFuture<T> result) {
        Futures.call(task).whenComplete((value, failure) -> {
            next();
            if (failure != null) {
                result.completeExceptionally(failure);
            } else {
                result.complete(value);
            }
        });
    }

    private synchronized void watch() {
        if (patience != null && !watching) {
            watching = true;
            watchLater();
        }
    }

    private void watchLater() {
        CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS, executor)
                .execute(this::beginMoreIfStalled);
    }

    private void beginMoreIfStalled() {
        List<Runnable> more = new ArrayList<>();
        synchronized (this) {
            for (int i = (limit + extra) / 4; ended == endedBefore && i >= 0 && !waiting.isEmpty(); i--) {
                more.add(waiting.poll());
            }
            extra += more.size();
            endedBefore = ended;
            watching = !waiting.isEmpty();
            if (watching) {
                watchLater();
            }
        }
        more.forEach(this::run);
    }

    private void next() {
        Runnable start;
        synchronized (this) {
            ended++;
            if (extra > 0) {
                extra--;
                return;
            }
            start = waiting.poll();
            if (start == null) {
                free++;
                return;
            }
        }
        run(start);
    }
}
