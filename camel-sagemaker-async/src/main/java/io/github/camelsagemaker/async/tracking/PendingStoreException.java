package io.github.camelsagemaker.async.tracking;

import org.apache.camel.RuntimeCamelException;

/** A store of pending invocations could not do what it was asked. */
public class PendingStoreException extends RuntimeCamelException {

    public PendingStoreException(String message) {
        super(message);
    }

    public PendingStoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
