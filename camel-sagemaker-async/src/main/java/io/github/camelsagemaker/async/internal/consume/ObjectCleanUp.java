package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.error.ObjectTooLargeToMoveException;
import io.github.camelsagemaker.async.error.ResultUnreadableException;
import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.consume.ObjectRetries.Step;
import io.github.camelsagemaker.async.internal.observe.ResultObserver;
import io.github.camelsagemaker.async.internal.result.InferenceResult;
import io.github.camelsagemaker.async.internal.result.ResultEvent;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import io.github.camelsagemaker.async.internal.s3.StagedInputs;
import io.github.camelsagemaker.async.internal.s3.StagedInputs.StagedInput;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * S3 is asked to refuse both when the object was overwritten since: the new one is another result, and stays. A store that
 * knows no conditional delete is asked for the ETag before the delete, which leaves a moment in between.
 *
 * @param reporter receives each payload that could not be deleted; the result counts as settled all the same
 * @param warnedAboutConditions whether the log has that such a store is used
 */
record ObjectCleanUp(
        S3AsyncClient s3,
        ConsumerSettings settings,
        ObjectRetries retries,
        StagedInputs payloads,
        BiConsumer<String, Throwable> reporter,
        ResultObserver observer,
        AtomicBoolean warnedAboutConditions) {

    private static final Logger LOG = LoggerFactory.getLogger(ObjectCleanUp.class);

    /** Amazon S3 user guide, "Copying objects": up to 5 GB in one CopyObject. */
    static final long MAX_COPY_BYTES = 5L * 1024 * 1024 * 1024;

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
                        payloads.whenKnown(object.location(), this::deleteInput);
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
            return Futures.uninterrupted(() -> target == null ? delete(object) : move(object, target, "moveLocation"))
                    .whenComplete((done, failure) -> retries.ended(object, Step.CLEAR_UP, failure));
        }
        return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<Void> deleteInput(S3Location input) {
        if (!isOurs(input)) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> deleted =
                Futures.uninterrupted(() -> delete(new StoredObject(input, null, null, null)));
        return deleted.exceptionally(failure -> {
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

    /** Deletes the object. One that is gone already counts as deleted, one that was overwritten stays. */
    CompletableFuture<Void> delete(StoredObject object) {
        S3Location at = object.location();
        return Futures.onFailure(
                s3.deleteObject(delete ->
                                delete.bucket(at.bucket()).key(at.key()).ifMatch(object.etag()))
                        .thenAccept(AwsErrors::requireEmpty),
                failure -> object.etag() != null && AwsErrors.isNotImplemented(failure)
                        ? deleteIfUnchanged(object)
                        : unlessGone(object, "DeleteObject", "'" + at + "'", failure));
    }

    private CompletableFuture<Void> deleteIfUnchanged(StoredObject object) {
        if (warnedAboutConditions.compareAndSet(false, true)) {
            LOG.warn(
                    "This S3 store knows no conditional delete (If-Match), so the ETag is compared before each delete. A"
                            + " result that is overwritten in between would be deleted unseen: never use a file name"
                            + " again. Said once, at {}",
                    object.location());
        }
        S3Location at = object.location();
        CompletableFuture<String> head = s3.headObject(
                        request -> request.bucket(at.bucket()).key(at.key()))
                .thenApply(answer -> AwsErrors.require("S3", "ETag", answer.eTag()));
        return AwsErrors.translated("HeadObject", "'" + at + "' before its delete", head)
                .thenCompose(etag -> {
                    StoredObject there = new StoredObject(at, etag, object.lastModified(), null);
                    if (there.version().equals(object.version())) {
                        return delete(new StoredObject(at, null, null, null));
                    }
                    tellOfOverwritten(object);
                    return CompletableFuture.completedFuture(null);
                });
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
                failure -> unlessGone(
                        object, "CopyObject", "'" + from + "' to '" + to + "' (option " + option + ")", failure));
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

    /** What is gone, or another object by now, is no failure. */
    private static CompletableFuture<Void> unlessGone(
            StoredObject object, String operation, String target, Throwable failure) {
        if (AwsErrors.isOtherVersion(failure)) {
            tellOfOverwritten(object);
        } else if (!AwsErrors.isNoSuchKey(failure)) {
            return CompletableFuture.failedFuture(AwsErrors.translate(operation, target, failure));
        }
        return CompletableFuture.completedFuture(null);
    }

    private static void tellOfOverwritten(StoredObject object) {
        LOG.info(
                "{} was overwritten since it was found: the new object is left for another exchange",
                object.location());
    }
}
