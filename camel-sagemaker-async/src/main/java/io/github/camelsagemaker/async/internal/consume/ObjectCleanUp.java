package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.internal.result.InferenceResult;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import io.github.camelsagemaker.async.internal.s3.StagedInputs;
import io.github.camelsagemaker.async.internal.s3.StagedInputs.StagedInput;
import io.github.camelsagemaker.async.internal.s3.StoredObject;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/**
 * Clears up in S3 after an exchange succeeded: the result's object is deleted, moved or kept, and the request's payload
 * deleted, as configured. Thread-safe; blocks nowhere.
 */
public final class ObjectCleanUp {

    private final ObjectMover mover;
    private final Disposal disposal;
    private final S3Prefix inputs;
    private final StagedInputs payloads;
    private final BiConsumer<String, Throwable> reporter;

    /**
     * @param inputs below which payloads are deleted (options deleteInputAfterRead and inputLocation), or null to keep them
     * @param payloads tells of payloads that are not known when their result is cleared up
     * @param reporter is told of each payload that could not be deleted; the result counts as settled all the same
     */
    public ObjectCleanUp(
            ObjectMover mover,
            Disposal disposal,
            S3Prefix inputs,
            StagedInputs payloads,
            BiConsumer<String, Throwable> reporter) {
        this.mover = mover;
        this.disposal = disposal;
        this.inputs = inputs;
        this.payloads = payloads;
        this.reporter = reporter;
    }

    /**
     * Clears up.
     *
     * @param object the result's object, or null if it has none
     * @param input where the request's payload is, or null if not known; left alone if it is none that was staged in the
     *     configured place
     * @param result what was read of the object: it stays as long as that may be read
     * @return ends exceptionally if the result's object could not be deleted or moved
     */
    public CompletableFuture<Void> after(StoredObject object, S3Location input, InferenceResult result) {
        return result.released()
                .thenCompose(released -> dispose(object, result))
                .whenComplete((done, failure) -> {
                    if (failure != null && isOurs(input)) {
                        reporter.accept(
                                "The payload " + input + " stays (option deleteInputAfterRead), because its result"
                                        + " could not be deleted or moved",
                                failure);
                    }
                })
                .thenCompose(done -> {
                    if (input == null && object != null && inputs != null) {
                        payloads.whenKnown(object.location(), this::deleteInput);
                    }
                    return deleteInput(input);
                });
    }

    /**
     * The clearing up is left to another delivery of the result, or to a listing that finds its object.
     *
     * @param result the result's object, or null if it has none
     */
    void putOff(S3Location result, String inferenceId, S3Location input, Throwable failure) {
        if (!isOurs(input)) {
            return;
        }
        if (result != null) {
            payloads.remember(result, null, new StagedInput(input, inferenceId));
        }
        reporter.accept(
                "The payload " + input + " stays (option deleteInputAfterRead), unless its notification comes again"
                        + (result == null ? "" : " or a listing finds its result (option reconcileInterval)"),
                failure);
    }

    private boolean isOurs(S3Location input) {
        return input != null && inputs != null && StagedInputs.isStaged(inputs, input);
    }

    private CompletableFuture<Void> dispose(StoredObject object, InferenceResult result) {
        if (object == null || !disposal.removes()) {
            return CompletableFuture.completedFuture(null);
        }
        if (object.etag() == null) {
            reporter.accept(
                    object.location() + " stays",
                    new IllegalStateException("It could not be told whether " + object.location()
                            + " is still the version that was emitted, so it is neither deleted nor moved"));
            return CompletableFuture.completedFuture(null);
        }
        result.closeForGood();
        return disposal.action() == Disposal.Action.DELETE
                ? mover.delete(object)
                : mover.move(object, disposal.target(), "moveLocation");
    }

    private CompletableFuture<Void> deleteInput(S3Location input) {
        if (!isOurs(input)) {
            return CompletableFuture.completedFuture(null);
        }
        return mover.delete(new StoredObject(input, null, null)).exceptionally(failure -> {
            reporter.accept("The payload " + input + " could not be deleted (option deleteInputAfterRead)", failure);
            return null;
        });
    }
}
