package io.github.camelsagemaker.async.internal.tracking;

import static io.github.camelsagemaker.async.internal.options.OptionCheck.atLeast;
import static io.github.camelsagemaker.async.internal.options.OptionCheck.require;

import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.tracking.PendingInvocationStore;
import java.time.Duration;

/**
 * The checked options about tracking.
 *
 * @param deadline how long after sending a request expires, or null for what SageMaker's limits make of it
 * @param sweepInterval how often expired requests are looked for, or null for never
 * @param lease how long a claim holds unless renewed: after a crash, this long until another node goes on
 * @param retention how long a record is kept after its outcome was delivered
 * @param maxInFlight how many expired requests are looked after at once
 */
public record TrackingSettings(
        PendingInvocationStore store,
        HeaderCodec headers,
        Duration deadline,
        Duration sweepInterval,
        Duration lease,
        Duration retention,
        int maxInFlight) {

    private static final long MIN_MILLIS = 1_000;

    /** @return null without a pendingStore */
    public static TrackingSettings of(SageMakerAsyncConfiguration options) {
        boolean headers = options.getPendingHeaders() != null;
        require(
                options.getPendingStore() != null || !headers && options.getPendingDeadline() == null,
                "Option " + (headers ? "pendingHeaders" : "pendingDeadline")
                        + " needs the option pendingStore, which remembers requests: set pendingStore=#bean:myStore, a"
                        + " JdbcPendingInvocationStore for example");
        if (options.getPendingStore() == null) {
            return null;
        }
        atLeast("pendingLease", options.getPendingLease(), MIN_MILLIS, " milliseconds");
        atLeast("pendingRetention", options.getPendingRetention(), 0, " milliseconds");
        atLeast("pendingSweepInterval", options.getPendingSweepInterval(), 0, " milliseconds");
        atLeast("pendingDeadline", options.getPendingDeadline(), MIN_MILLIS, " milliseconds");
        return new TrackingSettings(
                options.getPendingStore(),
                new HeaderCodec(options.getPendingHeaders()),
                options.getPendingDeadline() == null ? null : Duration.ofMillis(options.getPendingDeadline()),
                options.getPendingSweepInterval() == 0 ? null : Duration.ofMillis(options.getPendingSweepInterval()),
                Duration.ofMillis(options.getPendingLease()),
                Duration.ofMillis(options.getPendingRetention()),
                options.getMaxInFlight());
    }
}
