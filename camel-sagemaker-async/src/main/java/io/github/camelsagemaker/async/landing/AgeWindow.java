package io.github.camelsagemaker.async.landing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * How old a result must be, and may be, for the reconciliation to take it: old enough that its notification is not just on
 * its way, young enough that nobody has dealt with it otherwise.
 */
public record AgeWindow(Duration min, Duration max, Clock clock) {

    /** Whether something of this time is inside; what has no time is not. */
    public boolean contains(Instant time) {
        if (time == null) {
            return false;
        }
        Duration age = Duration.between(time, clock.instant());
        return age.compareTo(min) >= 0 && age.compareTo(max) <= 0;
    }
}
