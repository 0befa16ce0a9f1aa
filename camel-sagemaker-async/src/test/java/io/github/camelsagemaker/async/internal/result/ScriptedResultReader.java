package io.github.camelsagemaker.async.internal.result;

import io.github.camelsagemaker.async.internal.concurrent.MemoryBudget;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Answers as a test wants. */
public final class ScriptedResultReader extends ResultReader {

    private final Function<S3Location, CompletableFuture<InferenceResult>> answers;

    public ScriptedResultReader(Function<S3Location, CompletableFuture<InferenceResult>> answers) {
        super(null, "", null, MemoryBudget.UNLIMITED);
        this.answers = answers;
    }

    @Override
    public CompletableFuture<InferenceResult> read(S3Location object, BodyMode mode) {
        return answers.apply(object);
    }
}
