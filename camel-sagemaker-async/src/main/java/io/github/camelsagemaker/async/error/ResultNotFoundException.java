package io.github.camelsagemaker.async.error;

/** There is no such object, or no longer: another consumer handled the result, or someone deleted it. */
public class ResultNotFoundException extends ResultUnreadableException {

    public ResultNotFoundException(String object, Throwable cause) {
        super(object, "is not there (any more)", cause);
    }
}
