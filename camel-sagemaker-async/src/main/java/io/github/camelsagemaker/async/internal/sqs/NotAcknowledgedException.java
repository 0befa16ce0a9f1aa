package io.github.camelsagemaker.async.internal.sqs;

import org.apache.camel.RuntimeCamelException;

/** SQS did not delete a message of a batch. It will be delivered again, and is then known as a duplicate. */
public class NotAcknowledgedException extends RuntimeCamelException {

    public NotAcknowledgedException(String message, String code) {
        super("DeleteMessageBatch did not delete " + message + ": " + code
                + ". It will be delivered again and dropped as a duplicate; its object in S3 is kept until then");
    }
}
