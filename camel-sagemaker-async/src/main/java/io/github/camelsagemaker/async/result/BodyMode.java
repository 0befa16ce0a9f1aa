package io.github.camelsagemaker.async.result;

/** What of a result's object becomes the message body. */
public enum BodyMode {
    /** Nothing; only the facts about the object are read. */
    NONE,
    /** Its bytes, read before the exchange starts. */
    BYTES,
    /** A stream that reads from S3 while the route reads it. */
    STREAM
}
