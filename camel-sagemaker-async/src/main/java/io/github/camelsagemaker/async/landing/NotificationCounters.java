package io.github.camelsagemaker.async.landing;

import java.util.concurrent.atomic.LongAdder;

/** How many messages never became an exchange, and why, since the consumer started. Thread-safe. */
public final class NotificationCounters {

    private final LongAdder refused = new LongAdder();
    private final LongAdder foreign = new LongAdder();
    private final LongAdder irrelevant = new LongAdder();

    void countRefused() {
        refused.increment();
    }

    void countForeign() {
        foreign.increment();
    }

    void countIrrelevant() {
        irrelevant.increment();
    }

    /** Begins anew. */
    public void reset() {
        refused.reset();
        foreign.reset();
        irrelevant.reset();
    }

    /** Messages that could not be understood, or named a place outside the configured ones. */
    public long refused() {
        return refused.sum();
    }

    /** Messages about other endpoints. */
    public long foreign() {
        return foreign.sum();
    }

    /** Messages that mean no result, and were acknowledged. */
    public long irrelevant() {
        return irrelevant.sum();
    }
}
