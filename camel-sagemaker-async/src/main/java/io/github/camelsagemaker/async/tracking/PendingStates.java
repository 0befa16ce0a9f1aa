package io.github.camelsagemaker.async.tracking;

import java.time.Instant;
import java.util.Map;

/** What the stores have in common. */
final class PendingStates {

    private PendingStates() {}

    static void requireOutcome(PendingState outcome) {
        if (outcome != PendingState.COMPLETED && outcome != PendingState.FAILED) {
            throw new IllegalArgumentException("A result ends an invocation as COMPLETED or FAILED, not " + outcome);
        }
    }

    static PendingStatistics statistics(Map<PendingState, Long> counts, Instant oldestPending) {
        return new PendingStatistics(
                counts.getOrDefault(PendingState.PENDING, 0L),
                counts.getOrDefault(PendingState.COMPLETED, 0L),
                counts.getOrDefault(PendingState.FAILED, 0L),
                counts.getOrDefault(PendingState.EXPIRED, 0L),
                oldestPending);
    }
}
