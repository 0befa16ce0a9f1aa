package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.error.ObjectTooLargeToMoveException;
import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.s3.S3Answers;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import io.github.camelsagemaker.async.internal.s3.StoredObject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;

/**
 * Deletes and moves objects in S3. Thread-safe; blocks nowhere.
 *
 * <p>A move is a copy and then a delete: a failure in between leaves the object twice, never not at all. With a known ETag,
 * S3 is asked to refuse both when the object was overwritten since: the new one is another result, and stays. A store that
 * knows no conditional delete is asked for the ETag before the delete, which leaves a moment in between.
 */
final class ObjectMover {

    private static final Logger LOG = LoggerFactory.getLogger(ObjectMover.class);

    /** Amazon S3 user guide, "Copying objects": up to 5 GB in one CopyObject. */
    static final long MAX_COPY_BYTES = 5L * 1024 * 1024 * 1024;

    private static final int NOT_FOUND = 404;

    private final S3AsyncClient s3;
    private final S3Prefix outputs;
    private final S3Prefix failures;
    private final AtomicBoolean toldOfCondition = new AtomicBoolean();

    /**
     * @param s3 the client, not closed here
     * @param failures where failures are, or null
     */
    ObjectMover(S3AsyncClient s3, S3Prefix outputs, S3Prefix failures) {
        this.s3 = s3;
        this.outputs = outputs;
        this.failures = failures;
    }

    /** Deletes the object. One that is gone already counts as deleted, one that was overwritten stays. */
    CompletableFuture<Void> delete(StoredObject object) {
        return delete(object, object.etag());
    }

    private CompletableFuture<Void> delete(StoredObject object, String etag) {
        S3Location at = object.location();
        return Futures.onFailure(
                s3.deleteObject(delete ->
                                delete.bucket(at.bucket()).key(at.key()).ifMatch(etag))
                        .thenAccept(S3Answers::requireEmpty),
                failure -> {
                    if (isOfNoConcern(object, failure)) {
                        return CompletableFuture.completedFuture(null);
                    }
                    return etag != null && S3Answers.isNotImplemented(failure)
                            ? deleteIfUnchanged(object)
                            : CompletableFuture.failedFuture(
                                    S3Answers.translate("DeleteObject", "'" + at + "'", failure));
                });
    }

    private CompletableFuture<Void> deleteIfUnchanged(StoredObject object) {
        if (toldOfCondition.compareAndSet(false, true)) {
            LOG.warn(
                    "This S3 store knows no conditional delete (If-Match), so the ETag is compared before each delete. A"
                            + " result that is overwritten in between would be deleted unseen: never use a file name"
                            + " again. Said once, at {}",
                    object.location());
        }
        S3Location at = object.location();
        return s3.headObject(head -> head.bucket(at.bucket()).key(at.key()))
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                        S3Answers.translate("HeadObject", "'" + at + "' before its delete", failure)))
                .thenCompose(head -> {
                    if (ObjectRetries.sameVersion(object.etag(), head.eTag())) {
                        return delete(object, null);
                    }
                    tellOfOverwritten(object);
                    return CompletableFuture.completedFuture(null);
                });
    }

    /**
     * Moves the object below {@code target}, under the key that it has below its own prefix. A failure from a prefix of its
     * own gets that prefix's last folder in front, so that it cannot overwrite an output of the same name.
     *
     * @param option the option that names the target, for messages
     */
    CompletableFuture<Void> move(StoredObject object, S3Prefix target, String option) {
        S3Location to = target.resolve(nameOf(object.location()));
        if (outputs.contains(to) || isFailure(to)) {
            return CompletableFuture.failedFuture(new IllegalStateException(object.location()
                    + " cannot be moved to " + to + " (option " + option + "): it would be found again there. Choose a "
                    + option + " that does not contain outputLocation and failureLocation"));
        }
        return sizeOf(object).thenCompose(size -> {
            if (size > MAX_COPY_BYTES) {
                throw new ObjectTooLargeToMoveException(object.location().uri(), size, MAX_COPY_BYTES, option);
            }
            return copy(object, to, option)
                    .thenCompose(copied -> copied ? delete(object) : CompletableFuture.completedFuture(null));
        });
    }

    private String nameOf(S3Location object) {
        if (outputs.contains(object)) {
            return object.key().substring(outputs.prefix().length());
        }
        if (!isFailure(object)) {
            return object.key();
        }
        String[] folders = failures.prefix().split("/");
        String last = folders[folders.length - 1];
        return (last.isEmpty() ? failures.bucket() : last)
                + "/"
                + object.key().substring(failures.prefix().length());
    }

    private boolean isFailure(S3Location object) {
        return failures != null && failures.contains(object);
    }

    private CompletableFuture<Long> sizeOf(StoredObject object) {
        if (object.size() != null) {
            return CompletableFuture.completedFuture(object.size());
        }
        S3Location at = object.location();
        return s3.headObject(head -> head.bucket(at.bucket()).key(at.key())).handle((head, failure) -> {
            if (failure == null) {
                return head.contentLength();
            }
            if (AwsErrors.statusOf(failure) == NOT_FOUND) {
                return 0L; // the copy's answer tells whether it is S3 that says so
            }
            throw S3Answers.translate("HeadObject", "'" + at + "'", failure);
        });
    }

    private CompletableFuture<Boolean> copy(StoredObject object, S3Location target, String option) {
        S3Location from = object.location();
        return s3.copyObject(copy -> copy.sourceBucket(from.bucket())
                        .sourceKey(from.key())
                        .copySourceIfMatch(object.etag())
                        .destinationBucket(target.bucket())
                        .destinationKey(target.key()))
                .thenApply(copied -> S3Answers.require("ETag of the copy", etagOf(copied)))
                .handle((copied, failure) -> {
                    if (failure == null) {
                        return true;
                    }
                    if (isOfNoConcern(object, failure)) {
                        return false;
                    }
                    throw S3Answers.translate(
                            "CopyObject", "'" + from + "' to '" + target + "' (option " + option + ")", failure);
                });
    }

    private static String etagOf(CopyObjectResponse answer) {
        return answer.copyObjectResult() == null
                ? null
                : answer.copyObjectResult().eTag();
    }

    private static boolean isOfNoConcern(StoredObject object, Throwable failure) {
        if (S3Answers.isOtherVersion(failure)) {
            tellOfOverwritten(object);
            return true;
        }
        return S3Answers.isNoSuchKey(failure);
    }

    private static void tellOfOverwritten(StoredObject object) {
        LOG.info(
                "{} was overwritten since it was found: the new object is left for another exchange",
                object.location());
    }
}
