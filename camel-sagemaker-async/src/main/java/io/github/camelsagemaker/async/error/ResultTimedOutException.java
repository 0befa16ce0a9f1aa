package io.github.camelsagemaker.async.error;

import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeTimedOutException;

/**
 * No result of an awaited request was seen within {@code resultTimeout}. SageMaker may still be working on it: the result is
 * then left where it lands.
 */
public class ResultTimedOutException extends ExchangeTimedOutException implements InferenceRequestAware {

    private final Request request;

    /**
     * @param request for people
     * @param failureLocation null if the endpoint has no failure path
     * @param hint what else is known, or null
     */
    public ResultTimedOutException(
            Exchange exchange,
            Duration timeout,
            String request,
            String inferenceId,
            String outputLocation,
            String failureLocation,
            String hint) {
        // Camel puts "The OUT message was not received within: ... millis due" before it.
        super(
                exchange,
                timeout.toMillis(),
                "to option resultTimeout: no result of " + request + " was seen, neither its output at "
                        + outputLocation
                        + (failureLocation == null
                                ? " nor a failure, which would leave no trace: the endpoint has no failure path"
                                : " nor a failure at " + failureLocation)
                        + (hint == null ? "" : ". " + hint));
        this.request = new Request(inferenceId, outputLocation, failureLocation);
    }

    @Override
    public Request getRequest() {
        return request;
    }
}
