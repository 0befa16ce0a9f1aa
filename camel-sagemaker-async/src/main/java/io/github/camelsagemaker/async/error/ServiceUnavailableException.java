package io.github.camelsagemaker.async.error;

/**
 * AWS answered with a 5xx status, or no answer to one of the attempts arrived (connection lost, time-out). Whether the request
 * was carried out is not known.
 */
public class ServiceUnavailableException extends SageMakerAsyncException {

    public ServiceUnavailableException(String message, AwsCall call, Throwable cause) {
        super(message, call, cause);
    }

    @Override
    public boolean isOutcomeUnknown() {
        return true;
    }
}
