package io.github.camelsagemaker.async.tracking;

import java.time.Duration;

/**
 * How a sweep works.
 *
 * @param lease how long a claim holds unless renewed: after a crash, this long until another node goes on
 * @param postponement how long at most a record is left alone whose outcome lies in S3, or about which S3 could not tell
 * @param maxPostponement how long after its deadline a record expires in any case
 * @param retention how long a record is kept after its outcome was delivered
 * @param maxInFlight how many expired requests are looked after at once
 */
public record SweepSettings(
        Duration lease, Duration postponement, Duration maxPostponement, Duration retention, int maxInFlight) {

    /** With the usual postponements. */
    public static SweepSettings of(Duration lease, Duration retention, int maxInFlight) {
        return new SweepSettings(lease, Duration.ofMinutes(15), Duration.ofHours(6), retention, maxInFlight);
    }
}
