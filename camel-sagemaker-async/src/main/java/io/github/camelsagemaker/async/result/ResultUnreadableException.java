package io.github.camelsagemaker.async.result;

/** A result could not be read. It stays where it is. The cause tells what AWS answered. */
public class ResultUnreadableException extends NotEmittedException {

    public ResultUnreadableException(S3Location object, Throwable cause) {
        super("The result " + object + " could not be read and stays where it is: " + cause.getMessage(), cause);
    }

    ResultUnreadableException(String message, Throwable cause) {
        super(message, cause);
    }
}
