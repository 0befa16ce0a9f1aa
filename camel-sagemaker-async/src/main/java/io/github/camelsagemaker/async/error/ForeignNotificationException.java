package io.github.camelsagemaker.async.error;

import io.github.camelsagemaker.async.internal.options.LogSanitizer;

/** A notification is about another endpoint than the consumer's: the option foreignMessages says what to do with it. */
public class ForeignNotificationException extends RuntimeException {

    public ForeignNotificationException(String foreignEndpoint, String endpoint) {
        super("A notification about the endpoint '" + LogSanitizer.shown(foreignEndpoint) + "' is on the queue of '"
                + endpoint + "'. Give each endpoint a queue of its own, or set the option foreignMessages to LEAVE or"
                + " ACKNOWLEDGE");
    }
}
