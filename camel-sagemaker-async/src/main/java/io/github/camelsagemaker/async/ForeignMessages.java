package io.github.camelsagemaker.async;

/** What a consumer does with messages about other endpoints. */
public enum ForeignMessages {
    /** As with messages that cannot be understood: exception handler, and the queue's redrive policy. */
    REJECT,
    /** Make them visible to other receivers, later with each receive. Each counts for the queue's redrive policy. */
    LEAVE,
    /** Acknowledge them without an exchange. */
    ACKNOWLEDGE
}
