package io.github.camelsagemaker.async;

/**
 * What is done with messages that are for somebody else: a consumer's about other endpoints, and an awaiting producer's
 * about results that it does not await.
 */
public enum ForeignMessages {
    /** As with messages that cannot be understood: reported, and left to the queue's visibility timeout and redrive policy. */
    REJECT,
    /** Make them visible to other receivers, later with each receive. Each counts for the queue's redrive policy. */
    LEAVE,
    /** Acknowledge them without an exchange. */
    ACKNOWLEDGE
}
