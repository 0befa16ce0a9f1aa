package io.github.camelsagemaker.async.landing;

import java.util.function.DoubleSupplier;

/**
 * How long to wait after failed receives: half a second, doubled each time, up to half a minute, of which a random part is
 * taken off so that many consumers do not come back at once. Not thread-safe.
 */
final class ReceiveBackoff {

    static final long FIRST_MILLIS = 500;
    static final long CEILING_MILLIS = 30_000;

    private final DoubleSupplier random;
    private long next = FIRST_MILLIS;

    /** @param random gives numbers from 0 to 1 */
    ReceiveBackoff(DoubleSupplier random) {
        this.random = random;
    }

    /** The wait after one more failure, between half and the whole of the current delay. */
    long failed() {
        long delay = next;
        next = Math.min(2 * next, CEILING_MILLIS);
        return delay / 2 + (long) (random.getAsDouble() * (delay - delay / 2));
    }

    void succeeded() {
        next = FIRST_MILLIS;
    }
}
