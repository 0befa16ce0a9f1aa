package io.github.camelsagemaker.async.internal.concurrent;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Bounds how much is under way at once, without a thread that waits. Who wants one permit waits in line, and goes before those
 * who take whatever is free: these would otherwise hold all of it for as long as they have nothing to do. Thread-safe.
 */
public final class AsyncSemaphore {

    private final int capacity;
    private final Queue<CompletableFuture<Permit>> waiting = new ArrayDeque<>();
    private int inUse;
    private boolean paused;
    private volatile Runnable onRelease = () -> {};

    public AsyncSemaphore(int capacity) {
        this.capacity = capacity;
    }

    public int capacity() {
        return capacity;
    }

    /** How many permits are given out. */
    public synchronized int inUse() {
        return inUse;
    }

    /** How many permits are free. */
    public synchronized int free() {
        return capacity - inUse;
    }

    /** Is called after permits came back. */
    public void onRelease(Runnable listener) {
        onRelease = listener;
    }

    /** Up to so many permits at once; none during a pause, or while someone waits for one. */
    public synchronized List<Permit> tryAcquire(int max) {
        List<Permit> taken = new ArrayList<>(max);
        while (waiting.isEmpty() && taken.size() < max && !paused && inUse < capacity) {
            inUse++;
            taken.add(new Permit());
        }
        return taken;
    }

    /** The next permit that is free. The future is cancelled when none is given out any more. */
    public CompletableFuture<Permit> next() {
        CompletableFuture<Permit> next = new CompletableFuture<>();
        boolean refused;
        synchronized (this) {
            refused = paused;
            if (!refused) {
                waiting.add(next);
            }
        }
        if (refused) {
            next.cancel(false);
        }
        serve();
        return next;
    }

    /**
     * As {@link #next}, but waits on the calling thread.
     *
     * @return empty during a pause, also one that begins meanwhile
     */
    public Optional<Permit> acquire() throws InterruptedException {
        CompletableFuture<Permit> next = next();
        try {
            return Optional.of(next.get());
        } catch (CancellationException | ExecutionException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            if (!next.cancel(false)) {
                next.thenAccept(Permit::release);
            }
            throw e;
        }
    }

    private void serve() {
        while (true) {
            CompletableFuture<Permit> next;
            Permit permit;
            synchronized (this) {
                if (waiting.isEmpty() || inUse >= capacity) {
                    return;
                }
                inUse++;
                permit = new Permit();
                next = waiting.remove();
            }
            if (!next.complete(permit)) {
                permit.takeBack();
            }
        }
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

    public synchronized boolean isPaused() {
        return paused;
    }

    /** Gives out permits again. */
    public synchronized void resume() {
        paused = false;
    }

    /** Takes permits back, and tells the listener once. */
    public void release(Collection<Permit> unused) {
        unused.forEach(Permit::takeBack);
        serve();
        onRelease.run();
    }

    private synchronized void giveBack() {
        inUse--;
    }

    /** The right to have one thing under way. */
    public final class Permit {

        private final AtomicBoolean released = new AtomicBoolean();

        private Permit() {}

        /** Gives the permit back; a second call does nothing. */
        public void release() {
            AsyncSemaphore.this.release(List.of(this));
        }

        private void takeBack() {
            if (released.compareAndSet(false, true)) {
                giveBack();
            }
        }
    }
}
