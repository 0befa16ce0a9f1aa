package io.github.camelsagemaker.async;

/** What a producer that awaits results does with notifications on its queue that are not about its own requests. */
public enum ForeignReplies {
    /** Make them visible to other receivers again. */
    LEAVE,
    /** Acknowledge them: for a queue that nobody else receives from. */
    ACKNOWLEDGE
}
