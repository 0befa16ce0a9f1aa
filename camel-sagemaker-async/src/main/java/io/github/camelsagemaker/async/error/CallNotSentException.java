package io.github.camelsagemaker.async.error;

/** The SDK could not send the request: no credentials, no Region, a closed client. AWS did not see it. */
public class CallNotSentException extends SageMakerAsyncException {

    CallNotSentException(String message, AwsCall call, Throwable cause) {
        super(message, call, cause);
    }
}
