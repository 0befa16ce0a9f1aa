package io.github.camelsagemaker.async.internal.concurrent;

import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait after calls without success: a first delay in milliseconds, doubled each time, up to a ceiling, of which a random part
 * is taken off so that many do not come back at once. Not thread-safe.
 */
public final class Backoff {

    private final long firstMillis;
    private final long ceilingMillis;
    private long next;

    public Backoff(long firstMillis, long ceilingMillis) {
        this.firstMillis = firstMillis;
        this.ceilingMillis = ceilingMillis;
        this.next = firstMillis;
    }

    /** The wait after one more of them, between half and the whole of the current delay. */
    public long next() {
        long delay = next;
        next = Math.min(2 * next, ceilingMillis);
        return ThreadLocalRandom.current().nextLong(delay / 2, delay + 1);
    }

    public void reset() {
        next = firstMillis;
    }
}
