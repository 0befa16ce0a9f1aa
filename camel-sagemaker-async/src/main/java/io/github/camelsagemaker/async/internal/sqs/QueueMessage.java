package io.github.camelsagemaker.async.internal.sqs;

import java.time.Instant;

/**
 * A message received from SQS. The receipt handle belongs to this one receive; it never leaves the component.
 *
 * @param receiveCount how often it was received, this time included
 * @param firstReceivedAt by SQS's clock
 * @param receivedAt by SQS's clock
 */
public record QueueMessage(
        String id, String receiptHandle, int receiveCount, String body, Instant firstReceivedAt, Instant receivedAt) {

    /** Of what identifies a receive alone: a body may have a megabyte. */
    @Override
    public int hashCode() {
        return receiptHandle.hashCode();
    }

    /** Never shows the body. */
    @Override
    public String toString() {
        return "message " + id + " (receive " + receiveCount + ")";
    }
}
