package io.github.camelsagemaker.async.internal.result;

import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;

/** What of a result's object becomes the message body. */
public enum BodyMode {
    /** Nothing; only the facts about the object are read. */
    NONE,
    /** Its bytes, read before the exchange starts. */
    BYTES,
    /** A stream that reads from S3 while the route reads it. */
    STREAM;

    /** @throws IllegalArgumentException if there is no body to stream */
    public static BodyMode of(SageMakerAsyncConfiguration options) {
        if (options.isStreamBody() && !options.isIncludeBody()) {
            throw new IllegalArgumentException(
                    "Options streamBody=true and includeBody=false exclude each other: there is no body to stream");
        }
        if (!options.isIncludeBody()) {
            return NONE;
        }
        return options.isStreamBody() ? STREAM : BYTES;
    }
}
