package io.github.camelsagemaker.async;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.support.ScheduledPollEndpoint;

/** Camel's options about scheduled polling. */
final class SchedulerOptions {

    /** ScheduledPollEndpoint: what these are when nobody set them, before and after its initialisation. */
    private static final long UNSET = -1;

    private static final long DEFAULT_INITIAL_DELAY = 1000;
    private static final long DEFAULT_DELAY = 500;

    private SchedulerOptions() {}

    /** Whether all of them have the values that they have when nobody sets them. */
    static boolean areDefault(ScheduledPollEndpoint endpoint) {
        return hasDefaultDelays(endpoint) && hasDefaultScheduler(endpoint) && hasDefaultBackoff(endpoint);
    }

    private static boolean hasDefaultDelays(ScheduledPollEndpoint endpoint) {
        return (endpoint.getInitialDelay() == UNSET || endpoint.getInitialDelay() == DEFAULT_INITIAL_DELAY)
                && (endpoint.getDelay() == UNSET || endpoint.getDelay() == DEFAULT_DELAY)
                && endpoint.getTimeUnit() == TimeUnit.MILLISECONDS
                && endpoint.isUseFixedDelay()
                && endpoint.isStartScheduler();
    }

    private static boolean hasDefaultScheduler(ScheduledPollEndpoint endpoint) {
        Map<String, Object> properties = endpoint.getSchedulerProperties();
        return (endpoint.getScheduler() == null || "none".equals(endpoint.getScheduler()))
                && (properties == null || properties.isEmpty())
                && endpoint.getScheduledExecutorService() == null
                && endpoint.getPollStrategy() == null;
    }

    private static boolean hasDefaultBackoff(ScheduledPollEndpoint endpoint) {
        return endpoint.getBackoffMultiplier() <= 0
                && endpoint.getBackoffIdleThreshold() <= 0
                && endpoint.getBackoffErrorThreshold() <= 0
                && endpoint.getRepeatCount() <= 0
                && !endpoint.isGreedy()
                && !endpoint.isSendEmptyMessageWhenIdle();
    }
}
