package io.github.camelsagemaker.async.testinfra.notification;

import java.time.Duration;

/**
 * How unreliably notifications are published.
 *
 * @param seed makes the choices repeatable
 * @param loseRatio how many of them are never published, 0 to 1
 * @param doubleRatio how many are published twice, 0 to 1
 * @param delayRatio how many are held back for {@code maxDelay} at most, which also changes their order, 0 to 1
 * @param maxDelay the longest delay
 */
public record NotificationFaults(
        long seed, double loseRatio, double doubleRatio, double delayRatio, Duration maxDelay) {

    /** Every notification is published once and at once. */
    public static final NotificationFaults NONE = new NotificationFaults(0, 0, 0, 0, Duration.ZERO);

    public NotificationFaults {
        ratio("loseRatio", loseRatio);
        ratio("doubleRatio", doubleRatio);
        ratio("delayRatio", delayRatio);
    }

    private static void ratio(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " is " + value + ", but must be 0 to 1");
        }
    }
}
