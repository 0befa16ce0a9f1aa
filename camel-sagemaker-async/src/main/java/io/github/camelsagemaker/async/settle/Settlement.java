package io.github.camelsagemaker.async.settle;

import java.util.concurrent.CompletableFuture;

/**
 * What becomes of a landing's source (an SQS message, an S3 object) once its exchange is over. Exactly one method is called,
 * once. None blocks; the futures end when AWS has answered, exceptionally if it refused.
 */
public interface Settlement {

    /** The exchange succeeded and its key is remembered: acknowledge, then delete or move. */
    CompletableFuture<Void> succeeded();

    /** The exchange failed, or the result could not be read: leave it for another attempt. */
    CompletableFuture<Void> failed(Throwable cause);

    /** It was handled before: acknowledge without an exchange. */
    CompletableFuture<Void> duplicate();

    /** The same result is being processed right now: neither acknowledge nor count an attempt. */
    CompletableFuture<Void> inProgress();
}
