package io.github.camelsagemaker.async.tracking;

/** What is known of an invocation that is being tracked. */
public enum PendingState {
    /** No outcome was delivered yet. */
    PENDING,
    /** The result was delivered to a route and the exchange succeeded. */
    COMPLETED,
    /** The model failed; that was delivered to a route and the exchange succeeded. */
    FAILED,
    /** No outcome was seen before the deadline; that was delivered to a route and the exchange succeeded. */
    EXPIRED;

    static void requireOutcome(PendingState outcome) {
        if (outcome != COMPLETED && outcome != FAILED) {
            throw new IllegalArgumentException("A result ends an invocation as COMPLETED or FAILED, not " + outcome);
        }
    }
}
