package io.github.camelsagemaker.async.internal.consume;

public enum ResultOutcome {
    /** Its exchange succeeded, or the configuration ignores it; it was settled. */
    SETTLED,
    /** Its exchange failed; it stays for another attempt. */
    FAILED,
    /** It waits for S3, a repository or a store, and stays: that was no attempt. */
    POSTPONED,
    /** It was handled before; dropped. */
    DUPLICATE,
    /** Its object is not there any more, and this consumer would have removed it: acknowledged without an exchange. */
    GONE,
    /** The consumer was paused while it waited for memory; nothing was tried. */
    PAUSED,
    /** The same result is being processed right now; left alone. */
    IN_PROGRESS
}
