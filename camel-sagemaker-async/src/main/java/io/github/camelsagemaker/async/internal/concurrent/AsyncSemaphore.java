package io.github.camelsagemaker.async.internal.concurrent;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Bounds how much is under way at once, without a thread that waits. Who wants one permit waits in line, and goes before those
 * who take whatever is free: these would otherwise hold all of it for as long as they have nothing to do. Thread-safe.
 */
public final class AsyncSemaphore {

    private final int capacity;
    private final Executor executor;
    private final Duration patience;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Queue<CompletableFuture<Permit>> waiting = new ArrayDeque<>();
    private int inUse;
    private int lent;
    private int extra;
    private boolean paused;
    private boolean serving;
    private boolean watching;
    private long released;
    private long releasedBefore;

    public AsyncSemaphore(int capacity, Executor executor) {
        this(capacity, executor, null);
    }

    /**
     * @param patience for tasks that run users' code, which may block for what a waiting task would bring: when none has ended
     *     for so long, a few more begin; null for never
     */
    public AsyncSemaphore(int capacity, Executor executor, Duration patience) {
        this.capacity = capacity;
        this.executor = executor;
        this.patience = patience;
    }

    public int capacity() {
        return capacity;
    }

    public synchronized int inUse() {
        return inUse + lent;
    }

    /** How many can be taken now: what is lent can. */
    public synchronized int free() {
        return capacity - inUse;
    }

    /** So many more permits are others' until they are taken back, by a negative number: their holders only wait for something. */
    public void lend(int permits) {
        synchronized (this) {
            inUse -= permits;
            lent += permits;
        }
        if (permits > 0) {
            release(List.of());
        }
    }

    /** The listener runs after those that there are. */
    public void onRelease(Runnable listener) {
        listeners.add(listener);
    }

    /** Up to so many permits at once; none during a pause, or while someone waits for one. */
    public synchronized List<Permit> tryAcquire(int max) {
        List<Permit> taken = new ArrayList<>(max);
        while (waiting.isEmpty() && taken.size() < max && !paused && inUse < capacity) {
            taken.add(new Permit());
        }
        return taken;
    }

    /** The next permit that is free. The future is cancelled when none is given out any more. */
    public CompletableFuture<Permit> next() {
        return next(0, null);
    }

    private synchronized CompletableFuture<Permit> next(int maxWaiting, Supplier<? extends Throwable> tooMany) {
        if (paused) {
            return CompletableFuture.failedFuture(new CancellationException());
        }
        if (waiting.isEmpty() && inUse < capacity) {
            return CompletableFuture.completedFuture(new Permit());
        }
        if (maxWaiting > 0 && waiting.size() >= maxWaiting) {
            return CompletableFuture.failedFuture(tooMany.get());
        }
        CompletableFuture<Permit> next = new CompletableFuture<>();
        waiting.add(next);
        if (patience != null && !watching) {
            watching = true;
            Futures.later(patience.toMillis(), executor, this::giveOutMoreIfStalled);
        }
        return next;
    }

    /** As {@link #next}, but waits on the calling thread; empty during a pause, also one that begins meanwhile. */
    public Optional<Permit> acquire() throws InterruptedException {
        CompletableFuture<Permit> next = next();
        try {
            return Optional.of(next.get());
        } catch (CancellationException | ExecutionException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            next.cancel(false);
            next.thenAccept(Permit::release);
            throw e;
        }
    }

    /** Begins the task when a permit is free, which it has until its future ends; the answer ends as that does. */
    public <T> CompletableFuture<T> submit(Supplier<CompletableFuture<T>> task) {
        return begin(next(), executor, task);
    }

    /**
     * As {@link #submit}, but a task that need not wait begins on the caller's thread.
     *
     * @param maxWaiting how many may wait, or 0 for no bound
     * @param tooMany what the task's future fails with beyond that
     */
    public <T> CompletableFuture<T> submitHere(
            Supplier<CompletableFuture<T>> task, int maxWaiting, Supplier<? extends Throwable> tooMany) {
        CompletableFuture<Permit> next = next(maxWaiting, tooMany);
        return begin(next, next.isDone() ? Runnable::run : executor, task);
    }

    private static <T> CompletableFuture<T> begin(
            CompletableFuture<Permit> next, Executor beginning, Supplier<CompletableFuture<T>> task) {
        return next.thenComposeAsync(permit -> Futures.call(task), beginning)
                .whenComplete((value, failure) -> next.thenAccept(Permit::release))
                .copy(); // whoever ends it early, by a time-out for example, keeps no permit from coming back
    }

    /**
     * Has those who wait begin one after another, and not one inside the other: tasks may end at once, on this thread, and thousands
     * may wait.
     */
    private void serve() {
        while (true) {
            CompletableFuture<Permit> next;
            Permit permit;
            synchronized (this) {
                if (serving || waiting.isEmpty() || inUse >= capacity + extra) {
                    return;
                }
                serving = true;
                permit = new Permit();
                next = waiting.remove();
            }
            try {
                if (!next.complete(permit)) {
                    permit.takeBack();
                }
            } finally {
                synchronized (this) {
                    serving = false;
                }
            }
        }
    }

    private void giveOutMoreIfStalled() {
        synchronized (this) {
            if (released == releasedBefore) {
                extra += Math.min(waiting.size(), (capacity + extra) / 4 + 1);
            }
            releasedBefore = released;
            watching = !waiting.isEmpty();
            if (watching) {
                Futures.later(patience.toMillis(), executor, this::giveOutMoreIfStalled);
            }
        }
        serve();
    }

    /** Gives out no permit until {@link #resume}, and cancels the futures of those who wait for one. */
    public void pause() {
        List<CompletableFuture<Permit>> refused;
        synchronized (this) {
            paused = true;
            refused = new ArrayList<>(waiting);
            waiting.clear();
        }
        refused.forEach(next -> next.cancel(false));
    }

    public synchronized void resume() {
        paused = false;
    }

    /** Takes permits back, and calls each listener once. */
    public void release(Collection<Permit> unused) {
        unused.forEach(Permit::takeBack);
        serve();
        listeners.forEach(Runnable::run);
    }

    public final class Permit {

        private boolean over;

        /** Counts as given out; with the semaphore's lock. */
        private Permit() {
            inUse++;
        }

        /** Gives the permit back; a second call does nothing. */
        public void release() {
            AsyncSemaphore.this.release(List.of(this));
        }

        private void takeBack() {
            synchronized (AsyncSemaphore.this) {
                if (!over) {
                    over = true;
                    inUse--;
                    extra = Math.max(0, extra - 1);
                    released++;
                }
            }
        }
    }
}
