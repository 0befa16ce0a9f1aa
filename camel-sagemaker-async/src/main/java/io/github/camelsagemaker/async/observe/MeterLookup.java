package io.github.camelsagemaker.async.observe;

import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out whether there is something to measure with. */
final class MeterLookup {

    private static final Logger LOG = LoggerFactory.getLogger(MeterLookup.class);

    private MeterLookup() {}

    /** Meters of the context's registry; none without Micrometer, or without a MeterRegistry among the beans. */
    static Meters of(CamelContext context) {
        try {
            return MicrometerMeters.find(context);
        } catch (NoClassDefFoundError e) {
            LOG.debug("No metrics: Micrometer is not on the class path ({})", e.getMessage());
            return Meters.NONE;
        }
    }
}
