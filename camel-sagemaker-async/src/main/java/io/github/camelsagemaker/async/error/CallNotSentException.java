package io.github.camelsagemaker.async.error;

/**
 * The request was not sent, by no attempt: no connection (refused, unknown host, TLS, a proxy, none free), no credentials, no Region, a
 * closed client, or more calls wait than {@code maxWaitingCalls} allows. AWS did not see it, so it can be sent again.
 */
public class CallNotSentException extends SageMakerAsyncException {

    public CallNotSentException(String message, AwsCall call, Throwable cause) {
        super(message, call, cause);
    }
}
