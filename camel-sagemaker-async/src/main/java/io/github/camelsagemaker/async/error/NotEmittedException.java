package io.github.camelsagemaker.async.error;

import org.apache.camel.RuntimeCamelException;

/**
 * A result could not be made into an exchange, so no route has seen it. It stays where it is, and this counts as no failed
 * attempt.
 */
public class NotEmittedException extends RuntimeCamelException {

    public NotEmittedException(String message, Throwable cause) {
        super(message, cause);
    }
}
