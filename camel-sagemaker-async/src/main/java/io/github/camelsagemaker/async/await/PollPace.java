package io.github.camelsagemaker.async.await;

import java.time.Duration;

/**
 * How often S3 is asked: quickly at first, then ever more slowly, up to a ceiling. An interval is half of what the youngest
 * request has waited already, so looking adds at most half to the time that a result takes.
 *
 * @param shortest the first interval
 * @param longest the ceiling
 */
public record PollPace(Duration shortest, Duration longest) {

    /**
     * Checks the intervals.
     *
     * @throws IllegalArgumentException if they are not positive, or the wrong way round
     */
    public PollPace {
        if (shortest.isNegative() || shortest.isZero() || longest.compareTo(shortest) < 0) {
            throw new IllegalArgumentException("Intervals from " + shortest.toMillis() + " to " + longest.toMillis()
                    + " ms: the first must be at least 1 ms, and the longest not shorter than it");
        }
    }

    /** The interval until the next look, in nanoseconds. */
    long intervalNanos(long youngestAgeNanos) {
        return Math.max(shortest.toNanos(), Math.min(longest.toNanos(), youngestAgeNanos / 2));
    }
}
