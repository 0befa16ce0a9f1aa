package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.error.ObjectTooLargeToMoveException;
import io.github.camelsagemaker.async.error.ResultUnreadableException;
import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.consume.ObjectRetries.Step;
import io.github.camelsagemaker.async.internal.observe.ResultObserver;
import io.github.camelsagemaker.async.internal.result.InferenceResult;
import io.github.camelsagemaker.async.internal.result.ResultEvent;
import io.github.camelsagemaker.async.internal.s3.BatchDeleter;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import io.github.camelsagemaker.async.internal.s3.StagedInputs;
import io.github.camelsagemaker.async.internal.s3.StagedInputs.StagedInput;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;

/**
 * What becomes of objects in S3. After an exchange succeeded the result's object is deleted, moved or kept, and the request's
 * payload deleted, as configured. A listed object whose exchanges failed too often is moved out of the way (options maxAttempts and
 * moveFailedLocation). Thread-safe; blocks nowhere.
 *
 * <p>A move is a copy and then a delete: a failure in between leaves the object twice, never not at all. With a known ETag,
 * S3 is asked to refuse both when the object was overwritten since: the new one is another result, and stays.
 *
 * @param reporter receives each payload that could not be deleted; the result counts as settled all the same
 * @param hasPermit whether each object to be deleted has a permit, which is lent while it waits for others
 */
record ObjectCleanUp(
        S3AsyncClient s3,
        ConsumerSettings settings,
        ObjectRetries retries,
        StagedInputs payloads,
        BiConsumer<String, Throwable> reporter,
        ResultObserver observer,
        BatchDeleter deleter,
        boolean hasPermit) {

    private static final Logger LOG = LoggerFactory.getLogger(ObjectCleanUp.class);

    /** Amazon S3 user guide, "Copying objects": up to 5 GB in one CopyObject. */
    static final long MAX_COPY_BYTES = 5L * 1024 * 1024 * 1024;

    /** For objects that share a permit, or have none. */
    ObjectCleanUp withoutPermit() {
        return new ObjectCleanUp(s3, settings, retries, payloads, reporter, observer, deleter, false);
    }

    /**
     * @param object null if the result has none
     * @param input null if not known; left alone if it was not staged in the configured place
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
                        payloads.whenKnown(object.location(), withoutPermit()::deleteInput);
                    }
                    return deleteInput(input);
                });
    }

    /** The clearing up is left to another delivery of the result, or to a listing that finds its object. */
    void putOff(ResultEvent result, S3Location input, Throwable failure) {
        if (!isOurs(input)) {
            return;
        }
        if (result.object() != null) {
            payloads.remember(result.object(), null, new StagedInput(input, result.inferenceId()));
        }
        reporter.accept(
                "The payload " + input + " stays (option deleteInputAfterRead), unless its notification comes again"
                        + (result.object() == null ? "" : " or a listing finds its result (option reconcileInterval)"),
                failure);
    }

    private boolean isOurs(S3Location input) {
        return input != null && settings.inputs() != null && StagedInputs.isStaged(settings.inputs(), input);
    }

    private CompletableFuture<Void> dispose(StoredObject object, InferenceResult result) {
        if (object != null && !settings.removes()) {
            retries.forget(object);
        } else if (object != null && object.etag() == null) {
            reporter.accept(
                    object.location() + " stays",
                    new IllegalStateException("It could not be told whether " + object.location()
                            + " is still the version that was emitted, so it is neither deleted nor moved"));
        } else if (object != null) {
            result.closeForGood();
            S3Prefix target = settings.target();
            return Futures.uninterrupted(() -> target == null
                            ? deleter.delete(object.location(), object.etag(), hasPermit, result.realEtag())
                            : move(object, target, "moveLocation"))
                    .whenComplete((done, failure) -> retries.ended(object, Step.CLEAR_UP, failure));
        }
        return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<Void> deleteInput(S3Location input) {
        if (!isOurs(input)) {
            return CompletableFuture.completedFuture(null);
        }
        return delete(new StoredObject(input, null, null, null)).exceptionally(failure -> {
            reporter.accept("The payload " + input + " could not be deleted (option deleteInputAfterRead)", failure);
            return null;
        });
    }

    /** A listed result is left: an exchange that failed counts, and the object is moved when it was the last one allowed. */
    CompletableFuture<Void> notDelivered(StoredObject object, Throwable cause, boolean attempted) {
        if (!attempted) {
            retries.putOff(object, cause, !(cause instanceof ResultUnreadableException));
        } else if (settings.maxAttempts() > 0 && retries.exchangeFailed(object) >= settings.maxAttempts()) {
            return moveAway(object);
        }
        return CompletableFuture.completedFuture(null);
    }

    CompletableFuture<Void> moveAway(StoredObject object) {
        return Futures.uninterrupted(() -> move(object, settings.failedTarget(), "moveFailedLocation"))
                .whenComplete((done, failure) -> {
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

    /** What is gone already counts as deleted, what was overwritten stays. */
    CompletableFuture<Void> delete(StoredObject object) {
        return deleter.delete(object.location(), object.etag(), hasPermit, null);
    }

    /**
     * Moves the object below {@code target}, under the key that it has below its own prefix. A failure from a prefix of its
     * own gets that prefix's last folder, or else its bucket, in front, so that it cannot overwrite an output of the same name.
     */
    CompletableFuture<Void> move(StoredObject object, S3Prefix target, String option) {
        S3Location to;
        try {
            to = target.resolve(nameOf(object.location()));
        } catch (IllegalArgumentException e) { // its key becomes too long
            throw new IllegalArgumentException(
                    object.location() + " cannot be moved to " + target + " (option " + option + "): " + e.getMessage(),
                    e);
        }
        S3Prefix failures = settings.failures();
        if (settings.outputs().contains(to) || failures != null && failures.contains(to)) {
            throw new IllegalStateException(object.location() + " cannot be moved to " + to + " (option " + option
                    + "): it would be found again there. Choose a " + option
                    + " that does not contain outputLocation and failureLocation");
        }
        if (object.size() != null && object.size() > MAX_COPY_BYTES) {
            throw new ObjectTooLargeToMoveException(object.location().uri(), object.size(), MAX_COPY_BYTES, option);
        }
        S3Location from = object.location();
        return Futures.onFailure(
                s3.copyObject(copy -> copy.sourceBucket(from.bucket())
                                .sourceKey(from.key())
                                .copySourceIfMatch(object.etag())
                                .destinationBucket(to.bucket())
                                .destinationKey(to.key()))
                        .thenApply(CopyObjectResponse::copyObjectResult)
                        .thenCompose(copied -> {
                            AwsErrors.require("S3", "ETag of the copy", copied == null ? null : copied.eTag());
                            return delete(object);
                        }),
                failure -> BatchDeleter.unlessGone(
                        from, "CopyObject", "'" + from + "' to '" + to + "' (option " + option + ")", failure));
    }

    private String nameOf(S3Location object) {
        if (settings.outputs().contains(object)) {
            return object.key().substring(settings.outputs().prefix().length());
        }
        S3Prefix failures = settings.failures();
        String[] folders = (failures.bucket() + "/" + failures.prefix()).split("/");
        return folders[folders.length - 1] + "/"
                + object.key().substring(failures.prefix().length());
    }
}
