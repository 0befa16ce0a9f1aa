package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.internal.result.InferenceResult;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.util.concurrent.CompletableFuture;

/**
 * What becomes of a landing's source (an SQS message, an S3 object) once the unit of work that owns its exchange is over. {@link
 * #requestedFrom} and {@link #read} may be called first, then exactly one of the others, once. None blocks; the futures end when
 * AWS has answered, exceptionally if it refused.
 */
public interface Settlement {

    /** The request's payload is there, which the landing did not tell. */
    default void requestedFrom(S3Location input) {}

    /** This version is what goes through the route, also if it was overwritten since it was found: only this may be removed. */
    default void read(S3Location object, InferenceResult result) {}

    /** The exchange succeeded and its key is remembered: acknowledge, then delete or move. */
    CompletableFuture<Void> succeeded();

    /** The exchange failed, or the result could not be read: leave it for another attempt. */
    CompletableFuture<Void> failed(Throwable cause);

    /**
     * It was handled before: acknowledge without an exchange.
     *
     * @param emitted whether the version that is there is the one that was emitted, so that what was not cleaned up then is now
     */
    CompletableFuture<Void> duplicate(boolean emitted);

    /** The object is not there any more: acknowledge, and clean up nothing. */
    CompletableFuture<Void> gone();

    /** The same result is being processed right now: neither acknowledge nor count an attempt. */
    CompletableFuture<Void> inProgress();
}
