package io.github.camelsagemaker.async.error;

import org.apache.camel.RuntimeCamelException;

/**
 * An exchange stopped waiting for its result because its route or the CamelContext stops. SageMaker may still be working on
 * the request: its result is left where it lands.
 */
public class ReplyCancelledException extends RuntimeCamelException {

    private final String inferenceId;
    private final String outputLocation;
    private final String failureLocation;

    public ReplyCancelledException(String reason) {
        super(reason + ": no request is sent whose result could not be awaited");
        this.inferenceId = null;
        this.outputLocation = null;
        this.failureLocation = null;
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
        this.inferenceId = inferenceId;
        this.outputLocation = outputLocation;
        this.failureLocation = failureLocation;
    }

    /** None: it would tell who stops, and a stop ends many waits at once. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }

    /** The request's inference id, or null if none was sent. */
    public String getInferenceId() {
        return inferenceId;
    }

    /** Where the output would be, or null if no request was sent. */
    public String getOutputLocation() {
        return outputLocation;
    }

    /** Where a failure would be, or null if that is not known. */
    public String getFailureLocation() {
        return failureLocation;
    }
}
