package io.github.camelsagemaker.async.internal.observe;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Where measurements go. What it returns is fast, never fails and may be used by any thread; asking twice for the same gives
 * the same meter.
 */
public interface Meters {

    /** Measures nothing. */
    Meters NONE = new Meters() {};

    /** Counts; {@code labels} are values of {@link Metric#labels()}, in their order. */
    default LongConsumer counter(Metric metric, String endpoint, String... labels) {
        return amount -> {};
    }

    /** Records amounts. */
    default LongConsumer summary(Metric metric, String endpoint, String... labels) {
        return amount -> {};
    }

    /** Records durations. */
    default Consumer<Duration> timer(Metric metric, String endpoint, String... labels) {
        return duration -> {};
    }

    /**
     * Shows a value; {@code value} is asked by the registry's threads and must not block.
     *
     * @return takes the gauge away
     */
    default Runnable gauge(Metric metric, LongSupplier value, String endpoint, String... labels) {
        return () -> {};
    }
}
