package io.github.camelsagemaker.async.settle;

import io.github.camelsagemaker.async.result.S3Location;
import java.util.function.Consumer;

/** What is known of the payloads that belong to results: a listing does not name them. */
public interface KnownPayloads {

    /**
     * Tells the payload's place once it is known, now or later; never, if no call under way can tell. A result can be there
     * before the answer to its request's call.
     */
    void whenKnown(S3Location result, Consumer<S3Location> then);

    /**
     * Keeps in mind what only a notification told.
     *
     * @param inferenceId of the request, or null
     */
    void remember(S3Location result, String inferenceId, S3Location payload);
}
