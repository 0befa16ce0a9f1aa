package io.github.camelsagemaker.async.error;

import java.io.Serializable;
import org.apache.camel.RuntimeCamelException;

/**
 * A call to AWS did not succeed. The cause is the AWS SDK's own exception.
 *
 * <p>The subclasses say what a route should do: {@link ThrottledException}, {@link ServiceUnavailableException} and
 * {@link CallNotSentException} are worth another try later, {@link RequestRefusedException} is a mistake that trying again does not mend.
 */
public abstract class SageMakerAsyncException extends RuntimeCamelException {

    private final AwsCall call;

    protected SageMakerAsyncException(String message, AwsCall call, Throwable cause) {
        super(message, cause);
        this.call = call;
    }

    /** All that is known of the call. */
    public AwsCall getCall() {
        return call;
    }

    /** The AWS API operation, such as InvokeEndpointAsync. */
    public String getOperation() {
        return call.operation();
    }

    /** The HTTP status of the answer, or 0 if none arrived. */
    public int getStatusCode() {
        return call.statusCode();
    }

    /** The AWS error code of the answer, or null. */
    public String getErrorCode() {
        return call.errorCode();
    }

    /** The AWS request id of the answer, or null. */
    public String getRequestId() {
        return call.requestId();
    }

    /** Whether AWS may have carried out the request although no success was reported. */
    public boolean isOutcomeUnknown() {
        return false;
    }

    /** What is known of a failed call to AWS: without an answer its status is 0, and the code and the id are null. */
    public record AwsCall(String operation, int statusCode, String errorCode, String requestId)
            implements Serializable {}
}
