package io.github.camelsagemaker.async.result;

/** There is no such object, or no longer: another consumer handled the result, or someone deleted it. */
public class ResultGoneException extends ResultUnreadableException {

    public ResultGoneException(S3Location object, Throwable cause) {
        super("There is no object " + object + " (any more)", cause);
    }
}
