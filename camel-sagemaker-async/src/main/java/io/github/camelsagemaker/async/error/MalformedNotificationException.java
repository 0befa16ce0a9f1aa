package io.github.camelsagemaker.async.error;

/**
 * A message cannot be understood, or names a place that the configuration does not allow. It is left to the queue's redrive
 * policy. Of the notification's content the message shows names at most, such as that of a topic or place.
 */
public class MalformedNotificationException extends RuntimeException {

    public MalformedNotificationException(String message) {
        super(message);
    }
}
