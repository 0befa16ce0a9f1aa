package io.github.camelsagemaker.async.error;

import org.apache.camel.RuntimeCamelException;

/**
 * An exchange stopped waiting for its result because its route or the CamelContext stops. SageMaker may still be working on
 * the request: its result is left where it lands.
 */
public class ReplyCancelledException extends RuntimeCamelException implements InferenceRequestAware {

    private final Request request;

    public ReplyCancelledException(String reason) {
        super(reason + ": no request is sent whose result could not be awaited");
        this.request = new Request(null, null, null);
    }

    /** @param request for people */
    public ReplyCancelledException(
            String reason,
            String request,
            String inferenceId,
            String outputLocation,
            String failureLocation,
            Throwable cause) {
        super(
                reason + ": the exchange waits no longer for " + request + ". Its output would be at " + outputLocation,
                cause);
        this.request = new Request(inferenceId, outputLocation, failureLocation);
    }

    /** None: it would show who stops, and a stop ends many waits at once. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }

    @Override
    public Request getRequest() {
        return request;
    }
}
