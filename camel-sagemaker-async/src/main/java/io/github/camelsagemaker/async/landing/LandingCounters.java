package io.github.camelsagemaker.async.landing;

import io.github.camelsagemaker.async.result.InferenceStatus;
import java.util.concurrent.atomic.LongAdder;

/** How many results ended how, since the consumer started. Thread-safe. */
public final class LandingCounters {

    private final LongAdder settled = new LongAdder();
    private final LongAdder failedInferences = new LongAdder();
    private final LongAdder failedAttempts = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final LongAdder gone = new LongAdder();

    void count(Landing landing, LandingOutcome outcome) {
        switch (outcome) {
            case SETTLED -> {
                settled.increment();
                if (landing.status() == InferenceStatus.FAILED) {
                    failedInferences.increment();
                }
            }
            case FAILED -> failedAttempts.increment();
            case DUPLICATE -> duplicates.increment();
            case GONE -> gone.increment();
            case IN_PROGRESS -> {
                // Counted by whoever is handling it.
            }
        }
    }

    /** Begins anew. */
    public void reset() {
        settled.reset();
        failedInferences.reset();
        failedAttempts.reset();
        duplicates.reset();
        gone.reset();
    }

    /** Results handled to the end, failed inferences among them. */
    public long settled() {
        return settled.sum();
    }

    /** Handled results that told of a failed inference. */
    public long failedInferences() {
        return failedInferences.sum();
    }

    /** Attempts whose exchange failed, or whose result could not be read. */
    public long failedAttempts() {
        return failedAttempts.sum();
    }

    /** Results dropped because they had been handled before. */
    public long duplicates() {
        return duplicates.sum();
    }

    /** Results acknowledged without an exchange because their object was not there any more. */
    public long gone() {
        return gone.sum();
    }
}
