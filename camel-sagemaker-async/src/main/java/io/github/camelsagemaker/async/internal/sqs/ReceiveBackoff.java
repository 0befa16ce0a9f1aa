package io.github.camelsagemaker.async.internal.sqs;

import java.util.function.DoubleSupplier;

/**
 * How long to wait after receives that brought nothing: a first delay, doubled each time, up to a ceiling, of which a random part
 * is taken off so that many consumers do not come back at once. Not thread-safe.
 */
final class ReceiveBackoff {

    private final long firstMillis;
    private final long ceilingMillis;
    private final DoubleSupplier random;
    private long next;

    /** @param random gives numbers from 0 to 1 */
    ReceiveBackoff(long firstMillis, long ceilingMillis, DoubleSupplier random) {
        this.firstMillis = firstMillis;
        this.ceilingMillis = ceilingMillis;
        this.random = random;
        this.next = firstMillis;
    }

    /** The wait after one more of them, between half and the whole of the current delay. */
    long next() {
        long delay = next;
        next = Math.min(2 * next, ceilingMillis);
        return delay / 2 + (long) (random.getAsDouble() * (delay - delay / 2));
    }

    void reset() {
        next = firstMillis;
    }
}
