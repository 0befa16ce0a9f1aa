package io.github.camelsagemaker.async.error;

/**
 * AWS asked to slow down, and went on asking until the SDK's retries were used up. It was not carried out.
 */
public class ThrottledException extends SageMakerAsyncException {

    public ThrottledException(String message, AwsCall call, Throwable cause) {
        super(message, call, cause);
    }
}
