package io.github.camelsagemaker.async.internal.sqs;

import static io.github.camelsagemaker.async.internal.options.OptionCheck.mustBe;

import java.time.Duration;
import java.util.Locale;
import java.util.OptionalInt;
import org.apache.camel.util.TimeUtils;

/**
 * When a message whose exchange failed becomes visible again: after the initial delay, doubled with each receive, up to 15
 * minutes. Or, if off (zero), when its visibility timeout is over.
 */
public record RedeliveryBackoff(Duration initial) {

    private static final Duration DEFAULT_INITIAL = Duration.ofSeconds(5);
    private static final Duration LEAST = Duration.ofSeconds(1);
    private static final Duration CEILING = Duration.ofMinutes(15);

    /** @throws IllegalArgumentException if it is neither off, nor on, nor a duration of 1 s to 15 min */
    public static RedeliveryBackoff parse(String value) {
        String rule = "off, on, or the first delay as a duration of 1s to 15m, such as 5s";
        Duration initial;
        try {
            initial = switch (value == null ? "off" : value.toLowerCase(Locale.ROOT)) {
                case "off", "false" -> Duration.ZERO;
                case "on", "true" -> DEFAULT_INITIAL;
                default -> Duration.ofMillis(TimeUtils.toMilliSeconds(value));
            };
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("Option redeliveryBackoff is '" + value + "', but must be " + rule, e);
        }
        boolean fits = initial.isZero() || initial.compareTo(LEAST) >= 0 && initial.compareTo(CEILING) <= 0;
        mustBe(fits, "redeliveryBackoff", value, rule);
        return new RedeliveryBackoff(initial);
    }

    /** The seconds until a message that was received this often becomes visible; empty to leave it as it is. */
    public OptionalInt seconds(int receiveCount) {
        if (initial.isZero()) {
            return OptionalInt.empty();
        }
        // 2^10 times the least initial delay is above the ceiling.
        int doublings = Math.min(Math.max(receiveCount - 1, 0), 10);
        long seconds = initial.multipliedBy(1L << doublings).toSeconds();
        return OptionalInt.of((int) Math.min(seconds, CEILING.toSeconds()));
    }
}
