package io.github.camelsagemaker.async.error;

/**
 * The exchange asks for something that SageMaker would refuse, or that cannot be read. Found out before SageMaker was
 * called, and nothing is left in S3. Sending the same message again does not help.
 */
public class InvalidInferenceRequestException extends IllegalArgumentException {

    public InvalidInferenceRequestException(String message) {
        super(message);
    }

    public InvalidInferenceRequestException(String message, Throwable cause) {
        super(message, cause);
    }
}
