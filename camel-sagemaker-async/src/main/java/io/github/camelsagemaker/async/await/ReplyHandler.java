package io.github.camelsagemaker.async.await;

import io.github.camelsagemaker.async.landing.Landing;
import io.github.camelsagemaker.async.result.InferenceResult;
import org.apache.camel.Exchange;

/**
 * Is told how one awaited request ended: exactly one of {@code completed} and {@code failed} is called, once, on a worker
 * thread, which may be blocked.
 */
public interface ReplyHandler {

    /** The exchange that waits. */
    Exchange exchange();

    /** The inference succeeded and its output was read. */
    void completed(Landing landing, InferenceResult result);

    /**
     * There is no output: an {@link io.github.camelsagemaker.async.result.InferenceFailedException}, a {@link
     * ResultTimedOutException}, a {@link WaitEndedException}, or what reading the output ended in.
     */
    void failed(Exception cause);
}
