package io.github.camelsagemaker.async.faults;

import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.error.CallNotSentException;
import io.github.camelsagemaker.async.error.InferenceFailedException;
import io.github.camelsagemaker.async.error.ReplyCancelledException;
import io.github.camelsagemaker.async.error.RequestRefusedException;
import io.github.camelsagemaker.async.error.ResultUnreadableException;
import io.github.camelsagemaker.async.error.ThrottledException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeTimedOutException;

/**
 * What a caller was told.
 *
 * @param failure the exception, null for a success
 * @param input where its payload was left, as far as the exchange says
 * @param answer what a caller that awaited its result got
 */
record Told(Ending ending, String failure, String input, String answer) {

    enum Ending {
        DONE,
        /** The service said that it did not take the request. */
        REFUSED,
        /** Nothing was to be invoked, for the upload failed, for example. */
        NOT_SENT,
        /** The awaited inference failed. */
        INFERENCE_FAILED,
        TIMED_OUT,
        /** S3 refused for good to give the awaited result. */
        UNREADABLE,
        /** The route or the context stopped meanwhile. */
        CANCELLED,
        UNKNOWN
    }

    static Told of(Exchange exchange, boolean awaited) {
        Exception failure = exchange.getException();
        return new Told(
                ending(failure),
                failure == null ? null : failure.toString(),
                exchange.getMessage().getHeader(SageMakerAsyncConstants.INPUT_LOCATION, String.class),
                awaited && failure == null ? exchange.getMessage().getBody(String.class) : null);
    }

    private static Ending ending(Exception failure) {
        if (failure == null) {
            return Ending.DONE;
        }
        if (failure instanceof RequestRefusedException || failure instanceof ThrottledException) {
            return Ending.REFUSED;
        }
        if (failure instanceof InferenceFailedException) {
            return Ending.INFERENCE_FAILED;
        }
        if (failure instanceof ExchangeTimedOutException) {
            return Ending.TIMED_OUT;
        }
        if (failure instanceof ResultUnreadableException) {
            return Ending.UNREADABLE;
        }
        if (failure instanceof ReplyCancelledException) {
            return Ending.CANCELLED;
        }
        if (failure instanceof CallNotSentException) {
            return Ending.NOT_SENT;
        }
        return String.valueOf(failure.getMessage()).contains("InvokeEndpointAsync") ? Ending.UNKNOWN : Ending.NOT_SENT;
    }
}
