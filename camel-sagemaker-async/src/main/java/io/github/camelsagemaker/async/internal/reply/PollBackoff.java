package io.github.camelsagemaker.async.internal.reply;

import java.time.Duration;

/**
 * How often S3 is asked: quickly at first, then ever more slowly, up to a ceiling. An interval is half of what the youngest
 * request has waited already, so looking adds at most half to the time that a result takes.
 *
 * @param shortest the first interval
 * @param longest the ceiling
 */
public record PollBackoff(Duration shortest, Duration longest) {

    /** The interval until the next look, in nanoseconds. */
    long intervalNanos(long youngestAgeNanos) {
        return Math.max(shortest.toNanos(), Math.min(longest.toNanos(), youngestAgeNanos / 2));
    }
}
