package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.error.ObjectTooLargeToMoveException;
import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import io.github.camelsagemaker.async.internal.s3.StoredObject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;

/**
 * Deletes and moves objects in S3. Thread-safe; blocks nowhere.
 *
 * <p>A move is a copy and then a delete: a failure in between leaves the object twice, never not at all. With a known ETag,
 * S3 is asked to refuse both when the object was overwritten since: the new one is another result, and stays. A store that
 * knows no conditional delete is asked for the ETag before the delete, which leaves a moment in between.
 */
public final class ObjectMover {

    private static final Logger LOG = LoggerFactory.getLogger(ObjectMover.class);

    /** Amazon S3 user guide, "Copying objects": up to 5 GB in one CopyObject. */
    static final long MAX_COPY_BYTES = 5L * 1024 * 1024 * 1024;

    private static final int NOT_FOUND = 404;

    private final S3AsyncClient s3;
    private final List<S3Prefix> sources;
    private final ObjectRetries retries;
    private final AtomicBoolean toldOfCondition = new AtomicBoolean();

    /** Of results that no listing finds again. */
    public ObjectMover(S3AsyncClient s3, S3Prefix outputs, S3Prefix failures) {
        this(s3, outputs, failures, ObjectRetries.none());
    }

    /**
     * @param s3 the client, not closed here
     * @param failures where failures are, or null
     * @param retries is told which results could not be deleted or moved after their exchange
     */
    public ObjectMover(S3AsyncClient s3, S3Prefix outputs, S3Prefix failures, ObjectRetries retries) {
        this.s3 = s3;
        this.retries = retries;
        this.sources = failures == null ? List.of(outputs) : List.of(outputs, failures);
    }

    /** Deletes the object. One that is gone already counts as deleted, one that was overwritten stays. */
    public CompletableFuture<Void> delete(StoredObject object) {
        return noted(object, remove(object));
    }

    /**
     * Moves the object below {@code target}, under the key that it has below its own prefix. A failure from a prefix of its
     * own gets that prefix's last folder in front, so that it cannot overwrite an output of the same name.
     *
     * @param option the option that names the target, for messages
     */
    public CompletableFuture<Void> move(StoredObject object, S3Prefix target, String option) {
        return noted(object, moveAway(object, target, option));
    }

    /** As {@link #move}, of an object whose exchange did not succeed. */
    CompletableFuture<Void> moveAway(StoredObject object, S3Prefix target, String option) {
        S3Location to = target.resolve(nameOf(object.location()));
        if (isResult(to)) {
            return CompletableFuture.failedFuture(new IllegalStateException(object.location()
                    + " cannot be moved to " + to + " (option " + option + "): it would be found again there. Choose a "
                    + option + " that does not contain outputLocation and failureLocation"));
        }
        return sizeOf(object).thenCompose(size -> {
            if (size > MAX_COPY_BYTES) {
                throw new ObjectTooLargeToMoveException(object.location().uri(), size, MAX_COPY_BYTES, option);
            }
            return copy(object, to, option)
                    .thenCompose(copied -> copied ? remove(object) : CompletableFuture.completedFuture(null));
        });
    }

    private CompletableFuture<Void> noted(StoredObject object, CompletableFuture<Void> call) {
        return isResult(object.location())
                ? call.whenComplete((done, failure) -> retries.cleared(object, failure))
                : call;
    }

    private boolean isResult(S3Location object) {
        return sources.stream().anyMatch(source -> source.contains(object));
    }

    private CompletableFuture<Void> remove(StoredObject object) {
        return s3.deleteObject(delete(object, object.etag()))
                .thenApply(AwsErrors::requireEmpty)
                .handle((deleted, failure) -> judge("DeleteObject", object, failure))
                .thenCompose(Function.identity());
    }

    private static Consumer<DeleteObjectRequest.Builder> delete(StoredObject object, String etag) {
        S3Location at = object.location();
        return delete -> delete.bucket(at.bucket()).key(at.key()).ifMatch(etag);
    }

    private CompletableFuture<Void> judge(String operation, StoredObject object, Throwable failure) {
        if (failure == null || isOfNoConcern(object, failure)) {
            return CompletableFuture.completedFuture(null);
        }
        if (object.etag() != null && AwsErrors.isNotImplemented(failure)) {
            return removeIfUnchanged(object);
        }
        return CompletableFuture.failedFuture(AwsErrors.translate(operation, "'" + object.location() + "'", failure));
    }

    private CompletableFuture<Void> removeIfUnchanged(StoredObject object) {
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
                        AwsErrors.translate("HeadObject", "'" + at + "' before its delete", failure)))
                .thenCompose(head -> {
                    if (!ObjectRetries.sameVersion(object.etag(), head.eTag())) {
                        tellOfOverwritten(object);
                        return CompletableFuture.completedFuture(null);
                    }
                    return s3.deleteObject(delete(object, null))
                            .thenApply(AwsErrors::requireEmpty)
                            .handle((deleted, failure) ->
                                    judge("DeleteObject", new StoredObject(at, null, object.size()), failure))
                            .thenCompose(Function.identity());
                });
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
            throw AwsErrors.translate("HeadObject", "'" + at + "'", failure);
        });
    }

    private CompletableFuture<Boolean> copy(StoredObject object, S3Location target, String option) {
        S3Location from = object.location();
        return s3.copyObject(copy -> copy.sourceBucket(from.bucket())
                        .sourceKey(from.key())
                        .copySourceIfMatch(object.etag())
                        .destinationBucket(target.bucket())
                        .destinationKey(target.key()))
                .thenApply(copied -> AwsErrors.require("S3", "ETag of the copy", etagOf(copied)))
                .handle((copied, failure) -> {
                    if (failure == null) {
                        return true;
                    }
                    if (isOfNoConcern(object, failure)) {
                        return false;
                    }
                    throw AwsErrors.translate(
                            "CopyObject", "'" + from + "' to '" + target + "' (option " + option + ")", failure);
                });
    }

    private static String etagOf(CopyObjectResponse answer) {
        return answer.copyObjectResult() == null
                ? null
                : answer.copyObjectResult().eTag();
    }

    private String nameOf(S3Location object) {
        S3Prefix outputs = sources.get(0);
        if (outputs.contains(object)) {
            return object.key().substring(outputs.prefix().length());
        }
        S3Prefix failures = sources.get(sources.size() - 1);
        if (!failures.contains(object)) {
            return object.key();
        }
        String name = object.key().substring(failures.prefix().length());
        return lastFolder(failures).map(folder -> folder + "/" + name).orElse(name);
    }

    private static Optional<String> lastFolder(S3Prefix prefix) {
        String[] folders = prefix.prefix().split("/");
        String last = folders[folders.length - 1];
        return last.isEmpty() ? Optional.of(prefix.bucket()) : Optional.of(last);
    }

    private static boolean isOfNoConcern(StoredObject object, Throwable failure) {
        if (AwsErrors.isOtherVersion(failure)) {
            tellOfOverwritten(object);
            return true;
        }
        return AwsErrors.isNoSuchKey(failure);
    }

    private static void tellOfOverwritten(StoredObject object) {
        LOG.info(
                "{} was overwritten since it was found: the new object is left for another exchange",
                object.location());
    }
}
