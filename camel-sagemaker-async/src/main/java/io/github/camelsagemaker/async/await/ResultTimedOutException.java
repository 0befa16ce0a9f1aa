package io.github.camelsagemaker.async.await;

import java.time.Duration;
import org.apache.camel.ExchangeTimedOutException;

/**
 * No result of an awaited request was seen within {@code resultTimeout}. SageMaker may still be working on it: the result is
 * then left where it lands.
 */
public class ResultTimedOutException extends ExchangeTimedOutException {

    private final String inferenceId;
    private final String outputLocation;
    private final String failureLocation;

    ResultTimedOutException(WaitingRequest request, Duration timeout, String hint) {
        super(request.exchange(), timeout.toMillis(), message(request, hint));
        this.inferenceId = request.inferenceId();
        this.outputLocation = request.output().uri();
        this.failureLocation =
                request.failure() == null ? null : request.failure().uri();
    }

    /** Camel puts "The OUT message was not received within: ... millis due" before it. */
    private static String message(WaitingRequest request, String hint) {
        return "to option resultTimeout: no result of " + request + " was seen, neither its output at "
                + request.output()
                + (request.failure() == null
                        ? " nor a failure, which would leave no trace: the endpoint has no failure path"
                        : " nor a failure at " + request.failure())
                + (hint == null ? "" : ". " + hint);
    }

    /** The request's inference id. */
    public String getInferenceId() {
        return inferenceId;
    }

    /** Where the output was expected. */
    public String getOutputLocation() {
        return outputLocation;
    }

    /** Where a failure was expected, or null if the endpoint has no failure path. */
    public String getFailureLocation() {
        return failureLocation;
    }
}
