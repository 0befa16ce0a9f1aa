package io.github.camelsagemaker.async.landing;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Bounds how many results are on their way at once. A source takes a permit before it hands a result in, and gives it back
 * when all is over. Thread-safe.
 */
public final class InFlightPermits {

    private final int max;
    private int inUse;
    private boolean open = true;

    public InFlightPermits(int max) {
        this.max = max;
    }

    /**
     * Takes a permit; waits on the calling thread while all are in use.
     *
     * @return empty when no more results are to be handed in
     */
    public synchronized Optional<Permit> acquire() throws InterruptedException {
        while (open && inUse >= max) {
            wait();
        }
        return tryAcquire();
    }

    /** Takes a permit if one is free and results may be handed in. Does not wait. */
    public synchronized Optional<Permit> tryAcquire() {
        if (!open || inUse >= max) {
            return Optional.empty();
        }
        inUse++;
        return Optional.of(new Permit());
    }

    /** Gives out no permit until {@link #resume}, and sends those away who wait for one. */
    public synchronized void pause() {
        open = false;
        notifyAll();
    }

    /** Gives out permits again. */
    public synchronized void resume() {
        open = true;
    }

    /** How many results are on their way. */
    public synchronized int inUse() {
        return inUse;
    }

    private synchronized void giveBack() {
        inUse--;
        notifyAll();
    }

    /** The right to handle one result. */
    public final class Permit {

        private final AtomicBoolean released = new AtomicBoolean();

        private Permit() {}

        /** Gives the permit back; a second call does nothing. */
        public void release() {
            if (released.compareAndSet(false, true)) {
                giveBack();
            }
        }
    }
}
