package io.github.camelsagemaker.async.error;

/**
 * A message cannot be understood, or names a place that the configuration does not allow. It is left to the queue's redrive
 * policy. The message never quotes the notification's content.
 */
public class MalformedNotificationException extends RuntimeException {

    public MalformedNotificationException(String message) {
        super(message);
    }
}
