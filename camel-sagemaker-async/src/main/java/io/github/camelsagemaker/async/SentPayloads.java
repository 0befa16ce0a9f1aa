package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.invoke.StagedInputs;
import io.github.camelsagemaker.async.invoke.StagedInputs.StagedInput;
import io.github.camelsagemaker.async.result.S3Location;
import io.github.camelsagemaker.async.settle.KnownPayloads;
import java.util.function.Consumer;

/** What the component's producers sent, for consumers that clear up after its results. */
record SentPayloads(StagedInputs inputs) implements KnownPayloads {

    @Override
    public void whenKnown(S3Location result, Consumer<S3Location> then) {
        inputs.whenKnown(result, then);
    }

    @Override
    public void remember(S3Location result, String inferenceId, S3Location payload) {
        inputs.remember(result, null, new StagedInput(payload, inferenceId));
    }
}
