package io.github.camelsagemaker.async.settle;

import io.github.camelsagemaker.async.error.AwsErrors;
import io.github.camelsagemaker.async.error.S3Answers;
import io.github.camelsagemaker.async.result.S3Location;
import io.github.camelsagemaker.async.result.S3Prefix;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * Deletes and moves objects in S3. Thread-safe; blocks nowhere.
 *
 * <p>A move is a copy and then a delete: a failure in between leaves the object twice, never not at all. With a known ETag,
 * S3 is asked to refuse both when the object was overwritten since: the new one is another result, and stays.
 */
public final class ObjectMover {

    private static final Logger LOG = LoggerFactory.getLogger(ObjectMover.class);

    /** Amazon S3 user guide, "Copying objects": up to 5 GB in one CopyObject. */
    static final long MAX_COPY_BYTES = 5L * 1024 * 1024 * 1024;

    private final S3AsyncClient s3;
    private final List<S3Prefix> sources;

    /**
     * @param s3 the client, not closed here
     * @param outputs where results are
     * @param failures where failures are, or null
     */
    public ObjectMover(S3AsyncClient s3, S3Prefix outputs, S3Prefix failures) {
        this.s3 = s3;
        this.sources = failures == null ? List.of(outputs) : List.of(outputs, failures);
    }

    /** Deletes the object. One that is gone already counts as deleted, one that was overwritten stays. */
    public CompletableFuture<Void> delete(StoredObject object) {
        S3Location at = object.location();
        return call("DeleteObject", object, s3.deleteObject(delete -> delete.bucket(at.bucket())
                .key(at.key())
                .ifMatch(object.etag())));
    }

    /**
     * Moves the object below {@code target}, under the key that it has below its own prefix. A failure from a prefix of its
     * own gets that prefix's last folder in front, so that it cannot overwrite an output of the same name.
     *
     * @param option the option that names the target, for messages
     */
    public CompletableFuture<Void> move(StoredObject object, S3Prefix target, String option) {
        return sizeOf(object).thenCompose(size -> {
            if (size > MAX_COPY_BYTES) {
                throw new ObjectTooLargeToMoveException(object.location(), size, MAX_COPY_BYTES, option);
            }
            return copy(object, target.resolve(nameOf(object.location())), option)
                    .thenCompose(copied -> copied ? delete(object) : CompletableFuture.completedFuture(null));
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
            if (S3Answers.isNoSuchObject(failure)) {
                return 0L;
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

    private CompletableFuture<Void> call(String operation, StoredObject object, CompletableFuture<?> call) {
        return call.handle((answer, failure) -> {
            if (failure != null && !isOfNoConcern(object, failure)) {
                throw AwsErrors.translate(operation, "'" + object.location() + "'", failure);
            }
            return null;
        });
    }

    private static boolean isOfNoConcern(StoredObject object, Throwable failure) {
        if (S3Answers.isOtherVersion(failure)) {
            LOG.info(
                    "{} was overwritten since it was found: the new object is left for another exchange",
                    object.location());
            return true;
        }
        return S3Answers.isNoSuchObject(failure);
    }
}
