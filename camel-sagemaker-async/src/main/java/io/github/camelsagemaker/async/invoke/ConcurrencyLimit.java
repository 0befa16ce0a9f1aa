package io.github.camelsagemaker.async.invoke;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Lets at most so many tasks be under way at once; the others wait in order, without a thread. Thread-safe.
 */
public final class ConcurrencyLimit {

    private final Executor executor;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private final ThreadLocal<Queue<Runnable>> nested = new ThreadLocal<>();
    private int free;

    /**
     * @param limit how many tasks may be under way
     * @param executor where tasks begin
     */
    public ConcurrencyLimit(int limit, Executor executor) {
        this.free = limit;
        this.executor = executor;
    }

    /**
     * Begins the task, now or later.
     *
     * @return ends as the task's own future does
     */
    public <T> CompletableFuture<T> submit(Supplier<CompletableFuture<T>> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Runnable start = () -> begin(task, result);
        synchronized (this) {
            if (free == 0) {
                waiting.add(start);
                return result;
            }
            free--;
        }
        run(start);
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

    private void next() {
        Runnable start;
        synchronized (this) {
            start = waiting.poll();
            if (start == null) {
                free++;
                return;
            }
        }
        run(start);
    }
}
