package io.github.camelsagemaker.async.error;

/** AWS refused the request as it is (a 4xx answer that is no throttling): a mistake in the request or its permissions. */
public class RequestRefusedException extends SageMakerAsyncException {

    public RequestRefusedException(String message, AwsCall call, Throwable cause) {
        super(message, call, cause);
    }
}
