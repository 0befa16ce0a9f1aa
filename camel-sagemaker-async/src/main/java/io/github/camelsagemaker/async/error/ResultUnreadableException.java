package io.github.camelsagemaker.async.error;

/** A result could not be read. It stays where it is. The cause says what AWS answered. */
public class ResultUnreadableException extends NotEmittedException {

    public ResultUnreadableException(String object, Throwable cause) {
        this(object, "could not be read and stays where it is: " + cause.getMessage(), cause);
    }

    ResultUnreadableException(String object, String what, Throwable cause) {
        super("The result " + object + " " + what, cause);
    }
}
