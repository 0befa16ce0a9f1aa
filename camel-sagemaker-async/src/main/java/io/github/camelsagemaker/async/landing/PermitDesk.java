package io.github.camelsagemaker.async.landing;

import io.github.camelsagemaker.async.landing.InFlightPermits.Permit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * Hands out the permits of one consumer to its two sources, without a thread that waits: the queue takes as many as there
 * are, the reconciliation waits for one at a time and goes first, because the queue would otherwise hold all of them for
 * as long as it is empty. Thread-safe.
 */
final class PermitDesk {

    private final InFlightPermits permits;
    private final int capacity;
    private final Queue<CompletableFuture<Permit>> waiting = new ArrayDeque<>();
    private boolean paused;
    private volatile Runnable onReturn = () -> {};

    PermitDesk(int capacity) {
        this.capacity = capacity;
        this.permits = new InFlightPermits(capacity);
    }

    int capacity() {
        return capacity;
    }

    /** How many permits are free. */
    int free() {
        return capacity - permits.inUse();
    }

    /** Is told after permits came back. */
    void onReturn(Runnable listener) {
        onReturn = listener;
    }

    /** Up to so many permits; none while someone waits for one. */
    synchronized List<Permit> take(int max) {
        List<Permit> taken = new ArrayList<>(max);
        while (waiting.isEmpty() && taken.size() < max) {
            Optional<Permit> permit = permits.tryAcquire();
            if (permit.isEmpty()) {
                break;
            }
            taken.add(permit.get());
        }
        return taken;
    }

    /** The next permit that is free. The future is cancelled when no more are given out. */
    CompletableFuture<Permit> next() {
        CompletableFuture<Permit> wish = new CompletableFuture<>();
        boolean refused;
        synchronized (this) {
            refused = paused;
            if (!refused) {
                waiting.add(wish);
            }
        }
        if (refused) {
            wish.cancel(false);
        } else {
            serve();
        }
        return wish;
    }

    /** Takes permits back. */
    void giveBack(List<Permit> unused) {
        unused.forEach(Permit::release);
        serve();
        onReturn.run();
    }

    private void serve() {
        while (true) {
            CompletableFuture<Permit> wish;
            Permit permit;
            synchronized (this) {
                if (waiting.isEmpty()) {
                    return;
                }
                Optional<Permit> free = permits.tryAcquire();
                if (free.isEmpty()) {
                    return;
                }
                permit = free.get();
                wish = waiting.remove();
            }
            if (!wish.complete(permit)) {
                permit.release();
            }
        }
    }

    /** Gives out no more permits, and cancels the wishes of those who wait. */
    void pause() {
        List<CompletableFuture<Permit>> disappointed;
        synchronized (this) {
            paused = true;
            permits.pause();
            disappointed = new ArrayList<>(waiting);
            waiting.clear();
        }
        disappointed.forEach(wish -> wish.cancel(false));
    }

    synchronized boolean isPaused() {
        return paused;
    }

    synchronized void resume() {
        paused = false;
        permits.resume();
    }

    /** How many results are on their way, or asked for. */
    int inUse() {
        return permits.inUse();
    }
}
