package io.github.camelsagemaker.async.internal.observe;

import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Where the measurements of an endpoint go. What it returns is fast, never fails and may be used by any thread; asking twice for the same gives
 * the same meter.
 */
public interface Meters {

    Meters NONE = new Meters() {};

    /** Counts or records as its {@link Metric.Kind} says; labels are values of {@link Metric#labels()}, in their order. */
    default LongConsumer meter(Metric metric, String... labels) {
        return amount -> {};
    }

    /** {@code value} is asked by the registry's threads and must not block. What is returned takes the gauge away. */
    default Runnable gauge(Metric metric, LongSupplier value, String... labels) {
        return () -> {};
    }
}
