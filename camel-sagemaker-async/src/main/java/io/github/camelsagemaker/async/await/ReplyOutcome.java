package io.github.camelsagemaker.async.await;

/** How a wait ended. */
public enum ReplyOutcome {
    /** The output was handed over. */
    COMPLETED,
    /** The inference failed, or its output could not be read. */
    FAILED,
    /** Nothing was seen in time. */
    TIMED_OUT,
    /** The route, the context or the component was stopped. */
    STOPPED
}
