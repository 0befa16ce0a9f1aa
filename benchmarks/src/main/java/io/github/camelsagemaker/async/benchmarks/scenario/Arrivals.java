package io.github.camelsagemaker.async.benchmarks.scenario;

import java.util.concurrent.TimeUnit;

/** Counts results as they reach a consumer's code, and lets a round wait for so many of them. Thread-safe. */
final class Arrivals {

    private static final long PATIENCE_SECONDS = 120;

    private long count;

    synchronized void arrived() {
        count++;
        notifyAll();
    }

    synchronized long count() {
        return count;
    }

    /** Waits until there were so many in all. */
    void await(long wanted) throws InterruptedException {
        if (!await(wanted, TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS))) {
            throw new IllegalStateException("Only " + count() + " of " + wanted + " results arrived");
        }
    }

    /** Waits until there were so many in all, or the time is over. */
    synchronized boolean await(long wanted, long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (count < wanted) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }
}
