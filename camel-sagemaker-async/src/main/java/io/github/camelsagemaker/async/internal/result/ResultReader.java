package io.github.camelsagemaker.async.internal.result;

import io.github.camelsagemaker.async.error.ResultGoneException;
import io.github.camelsagemaker.async.error.ResultUnreadableException;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** Reads the object of a result. Implementations are thread-safe. */
@FunctionalInterface
public interface ResultReader {

    /**
     * Reads without blocking.
     *
     * @return what was read; ends exceptionally with a {@link ResultGoneException} if there is no such object, else with
     *     a {@link ResultUnreadableException}
     */
    CompletableFuture<InferenceResult> read(S3Location object);

    /**
     * As {@link #read(S3Location)}.
     *
     * @param landedAt when the object was put there, or null if not known
     */
    default CompletableFuture<InferenceResult> read(S3Location object, Instant landedAt) {
        return read(object);
    }
}
