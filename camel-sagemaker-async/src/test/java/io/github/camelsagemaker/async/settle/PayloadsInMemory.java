package io.github.camelsagemaker.async.settle;

import io.github.camelsagemaker.async.result.S3Location;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Keeps who asked for a payload, and what was remembered. */
final class PayloadsInMemory implements KnownPayloads {

    final Map<S3Location, Consumer<S3Location>> asked = new HashMap<>();
    final Map<S3Location, S3Location> remembered = new HashMap<>();

    @Override
    public void whenKnown(S3Location result, Consumer<S3Location> then) {
        asked.put(result, then);
    }

    @Override
    public void remember(S3Location result, String inferenceId, S3Location payload) {
        remembered.put(result, payload);
    }
}
