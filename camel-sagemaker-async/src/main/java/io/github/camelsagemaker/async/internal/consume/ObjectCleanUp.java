package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.internal.consume.ObjectRetries.Step;
import io.github.camelsagemaker.async.internal.observe.ResultObserver;
import io.github.camelsagemaker.async.internal.result.InferenceResult;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import io.github.camelsagemaker.async.internal.s3.StagedInputs;
import io.github.camelsagemaker.async.internal.s3.StagedInputs.StagedInput;
import io.github.camelsagemaker.async.internal.s3.StoredObject;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of objects in S3. After an exchange succeeded the result's object is deleted, moved or kept, and the request's
 * payload deleted, as configured. A listed object whose exchanges failed too often is moved out of the way (options maxAttempts and
 * moveFailedLocation). Thread-safe; blocks nowhere.
 */
final class ObjectCleanUp {

    private static final Logger LOG = LoggerFactory.getLogger(ObjectCleanUp.class);

    private final ObjectMover mover;
    private final ConsumerSettings settings;
    private final ObjectRetries retries;
    private final StagedInputs payloads;
    private final BiConsumer<String, Throwable> reporter;
    private final ResultObserver observer;

    /**
     * What is done with a result's object after its exchange succeeded.
     *
     * @param removes whether the object is no longer where it was found
     * @param target where it is moved to; null unless it is moved
     */
    public record Disposal(boolean removes, S3Prefix target) {

        static final Disposal KEEP = new Disposal(false, null);
        static final Disposal DELETE = new Disposal(true, null);

        static Disposal moveTo(S3Prefix target) {
            return new Disposal(true, target);
        }
    }

    /**
     * @param retries remembers what could not be done
     * @param payloads tells of payloads that are not known when their result is cleared up
     * @param reporter is told of each payload that could not be deleted; the result counts as settled all the same
     */
    ObjectCleanUp(
            ObjectMover mover,
            ConsumerSettings settings,
            ObjectRetries retries,
            StagedInputs payloads,
            BiConsumer<String, Throwable> reporter,
            ResultObserver observer) {
        this.mover = mover;
        this.settings = settings;
        this.retries = retries;
        this.payloads = payloads;
        this.reporter = reporter;
        this.observer = observer;
    }

    /**
     * Clears up after an exchange that succeeded.
     *
     * @param object the result's object, or null if it has none
     * @param input where the request's payload is, or null if not known; left alone if it is none that was staged in the
     *     configured place
     * @param result what was read of the object: it stays as long as that may be read
     * @return ends exceptionally if the result's object could not be deleted or moved
     */
    CompletableFuture<Void> delivered(StoredObject object, S3Location input, InferenceResult result) {
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
                    if (input == null && object != null && settings.inputs() != null) {
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
        return input != null && settings.inputs() != null && StagedInputs.isStaged(settings.inputs(), input);
    }

    private CompletableFuture<Void> dispose(StoredObject object, InferenceResult result) {
        if (object == null) {
            return CompletableFuture.completedFuture(null);
        }
        Disposal disposal = settings.disposal();
        if (!disposal.removes()) {
            retries.forget(object);
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
        CompletableFuture<Void> removed = disposal.target() == null
                ? mover.delete(object)
                : mover.move(object, disposal.target(), "moveLocation");
        return removed.whenComplete((done, failure) -> retries.ended(object, Step.CLEAR_UP, failure));
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

    /** A listed result is left: an exchange that failed counts, and the object is moved when it was the last one allowed. */
    CompletableFuture<Void> notDelivered(StoredObject object, Throwable cause, boolean attempted) {
        if (!attempted) {
            retries.putOff(object, cause);
            return CompletableFuture.completedFuture(null);
        }
        return settings.maxAttempts() == 0 || retries.exchangeFailed(object) < settings.maxAttempts()
                ? CompletableFuture.completedFuture(null)
                : moveAway(object);
    }

    /** Moves an object whose last attempt allowed has failed. */
    CompletableFuture<Void> moveAway(StoredObject object) {
        return mover.move(object, settings.failedTarget(), "moveFailedLocation").whenComplete((done, failure) -> {
            retries.ended(object, Step.MOVE_AWAY, failure);
            if (failure == null) {
                observer.poisoned(ResultObserver.Poison.ATTEMPTS);
                LOG.warn(
                        "{} was moved to {} after {} failed exchanges",
                        object.location(),
                        settings.failedTarget(),
                        settings.maxAttempts());
            }
        });
    }
}
