package io.github.camelsagemaker.async.internal.result;

import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.internal.options.OptionCheck;

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
        OptionCheck.require(
                options.isIncludeBody() || !options.isStreamBody(),
                "Options streamBody=true and includeBody=false exclude each other: there is no body to stream");
        return options.isStreamBody() ? STREAM : options.isIncludeBody() ? BYTES : NONE;
    }
}
