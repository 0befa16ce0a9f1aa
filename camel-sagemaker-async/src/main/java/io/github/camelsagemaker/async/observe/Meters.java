package io.github.camelsagemaker.async.observe;

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
    Meters NONE = new Meters() {
        @Override
        public LongConsumer counter(Metric metric, String endpoint, String... labels) {
            return amount -> {};
        }

        @Override
        public LongConsumer summary(Metric metric, String endpoint, String... labels) {
            return amount -> {};
        }

        @Override
        public Consumer<Duration> timer(Metric metric, String endpoint, String... labels) {
            return duration -> {};
        }

        @Override
        public Runnable gauge(Metric metric, LongSupplier value, String endpoint, String... labels) {
            return () -> {};
        }
    };

    /** Counts; {@code labels} are values of {@link Metric#labels()}, in their order. */
    LongConsumer counter(Metric metric, String endpoint, String... labels);

    /** Records amounts. */
    LongConsumer summary(Metric metric, String endpoint, String... labels);

    /** Records durations. */
    Consumer<Duration> timer(Metric metric, String endpoint, String... labels);

    /**
     * Shows a value; {@code value} is asked by the registry's threads and must not block.
     *
     * @return takes the gauge away
     */
    Runnable gauge(Metric metric, LongSupplier value, String endpoint, String... labels);
}
