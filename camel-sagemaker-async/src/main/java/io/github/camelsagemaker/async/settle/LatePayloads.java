package io.github.camelsagemaker.async.settle;

import io.github.camelsagemaker.async.result.S3Location;
import java.util.function.Consumer;

/** Learns which payload belongs to a result that was there before the answer to its request's call. */
@FunctionalInterface
public interface LatePayloads {

    /** Tells the payload's place once it is known, now or later; never, if no call under way can tell. */
    void whenKnown(S3Location result, Consumer<S3Location> then);
}
