package io.github.camelsagemaker.async.internal.s3;

import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Batcher;
import io.github.camelsagemaker.async.internal.concurrent.Batcher.Entry;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;

/**
 * Deletes objects, with one request those that come together. Each has an answer of its own: what a batch has not deleted is deleted
 * alone, and S3's words about that count.
 *
 * <p>With an ETag that version goes, and no other. Some stores refuse the ETags of a batch, some ignore them. So the first batch of
 * a bucket begins with a question by which nothing is lost: one of its objects is to be deleted with a wrong ETag, right after its
 * own was compared. If it goes, it was to go anyway, and from then on each goes alone.
 *
 * <p>Thread-safe; blocks nowhere.
 */
public final class BatchDeleter {

    /** S3 takes 1,000; with long keys that is a request of a megabyte. */
    public static final int MOST = 500;

    private static final Logger LOG = LoggerFactory.getLogger(BatchDeleter.class);

    private static final String NO_ETAG = "\"00000000000000000000000000000000\"";
    private static final CompletableFuture<Boolean> TOGETHER = CompletableFuture.completedFuture(true);
    private static final CompletableFuture<Boolean> ALONE = CompletableFuture.completedFuture(false);

    private final S3AsyncClient s3;
    private final ScheduledExecutorService timer;
    private final int size;
    private final Duration linger;
    private final IntConsumer lending;
    private final Map<Object, CompletableFuture<Boolean>> known;
    private final Map<Group, Batcher<Version>> batchers = new HashMap<>();
    private boolean closed;

    /** What goes with one request. */
    private record Group(String bucket, boolean compares) {}

    /**
     * @param etag null for whatever is there
     * @param other tells the ETag of the one that goes where that is none with this ETag; it, or its answer, is null if that stays
     */
    private record Version(S3Location at, String etag, boolean lends, Supplier<CompletableFuture<String>> other) {

        Version with(String otherEtag) {
            return new Version(at, otherEtag, false, null);
        }
    }

    /**
     * @param size of a batch, 1 to {@link #MOST}
     * @param lending receives how many more permits are lent; fewer, when it is negative
     * @param known what is known of the client's store, by whatever deletes with that
     */
    public BatchDeleter(
            S3AsyncClient s3,
            ScheduledExecutorService timer,
            int size,
            Duration linger,
            IntConsumer lending,
            Map<Object, CompletableFuture<Boolean>> known) {
        this.s3 = s3;
        this.timer = timer;
        this.size = size;
        this.linger = linger;
        this.lending = lending;
        this.known = known;
    }

    /**
     * What is gone already counts as deleted, what was overwritten stays.
     *
     * @param etag of the version that goes, or null for any
     * @param lends whether its holder has a permit, which is lent while the object waits for others
     * @param other asked if the object has another ETag: which one it must have to go, or null if it stays. Null if it stays anyway
     * @return ends exceptionally if it could not be deleted
     */
    public CompletableFuture<Void> delete(
            S3Location object, String etag, boolean lends, Supplier<CompletableFuture<String>> other) {
        Version version = new Version(object, etag, lends && size > 1, other);
        if (object.key().chars().anyMatch(c -> c < ' ' || c > '\uFFFD')) { // XML has no such characters
            return delete(version);
        }
        if (version.lends()) {
            lending.accept(1);
        }
        return batcher(new Group(object.bucket(), etag != null)).add(version);
    }

    private synchronized Batcher<Version> batcher(Group group) {
        return batchers.computeIfAbsent(group, first -> {
            Batcher<Version> batcher = new Batcher<>(size, linger, timer, batch -> send(group, batch));
            if (closed) {
                batcher.close();
            }
            return batcher;
        });
    }

    /** Sends what waits, and from now on sends without waiting. Ends, never exceptionally, when S3 has answered to all. */
    public CompletableFuture<Void> close() {
        List<Batcher<Version>> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(batchers.values());
        }
        return CompletableFuture.allOf(all.stream().map(Batcher::close).toArray(CompletableFuture[]::new));
    }

    private void send(Group group, List<Entry<Version>> batch) {
        lending.accept(
                -(int) batch.stream().filter(entry -> entry.item().lends()).count());
        if (batch.size() == 1) {
            sendAlone(batch);
        } else {
            goTogether(group, batch.get(0)).thenAccept(together -> {
                if (together) {
                    sendTogether(group, batch);
                } else {
                    sendAlone(batch);
                }
            });
        }
    }

    private void sendAlone(List<Entry<Version>> batch) {
        for (Entry<Version> entry : batch) {
            if (!entry.done().isDone()) {
                delete(entry.item())
                        .handle((done, failure) -> failure == null
                                ? entry.done().complete(null)
                                : entry.done().completeExceptionally(Futures.unwrap(failure)));
            }
        }
    }

    private void sendTogether(Group group, List<Entry<Version>> batch) {
        request(group, batch.stream().map(Entry::item).toList()).whenComplete((answer, failure) -> {
            if (failure != null && !isRefused(group, failure)) {
                batch.forEach(entry -> entry.done()
                        .completeExceptionally(AwsErrors.translate(
                                "DeleteObjects", "'" + entry.item().at() + "'", failure)));
                return;
            }
            Set<String> gone = failure != null
                    ? Set.of()
                    : Stream.concat(
                                    answer.deleted().stream().map(DeletedObject::key),
                                    answer.errors().stream()
                                            .filter(error -> "NoSuchKey".equals(error.code()))
                                            .map(S3Error::key))
                            .collect(Collectors.toSet());
            batch.stream()
                    .filter(entry -> gone.contains(entry.item().at().key()))
                    .forEach(entry -> entry.done().complete(null));
            sendAlone(batch);
        });
    }

    private CompletableFuture<DeleteObjectsResponse> request(Group group, List<Version> versions) {
        List<ObjectIdentifier> objects = versions.stream()
                .map(it -> ObjectIdentifier.builder()
                        .key(it.at().key())
                        .eTag(it.etag())
                        .build())
                .toList();
        return Futures.uninterrupted(
                () -> s3.deleteObjects(request -> request.bucket(group.bucket()).delete(it -> it.objects(objects))));
    }

    /** Whether the store takes such batches. */
    private CompletableFuture<Boolean> goTogether(Group group, Entry<Version> first) {
        if (!group.compares()) {
            return known.getOrDefault(group, TOGETHER);
        }
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        CompletableFuture<Boolean> there = known.putIfAbsent(group, answer);
        if (there != null) {
            return there;
        }
        comparesEtags(group, first).whenComplete((compares, unknown) -> {
            if (unknown != null) {
                LOG.debug("Whether S3 compares the ETags of a batch is asked again with the next one", unknown);
                known.remove(group, answer);
            }
            answer.complete(unknown == null && compares);
        });
        return answer;
    }

    private CompletableFuture<Boolean> comparesEtags(Group group, Entry<Version> entry) {
        Version version = entry.item();
        return isThere(version)
                .thenCompose(isThere -> isThere
                        ? request(group, List.of(version.with(NO_ETAG)))
                        : CompletableFuture.failedFuture(new IllegalStateException(version.at() + " was overwritten")))
                .handle((answer, failure) -> {
                    if (failure != null) {
                        if (isRefused(group, failure) && known.get(group) == ALONE) {
                            return false;
                        }
                        throw new IllegalStateException(failure);
                    }
                    if (!answer.deleted().isEmpty()) {
                        entry.done().complete(null);
                        tellAlone(group, "it ignores their ETags");
                        return false;
                    }
                    if (answer.errors().stream().noneMatch(error -> "PreconditionFailed".equals(error.code()))) {
                        throw new IllegalStateException("S3 answers " + answer);
                    }
                    return true;
                });
    }

    /** Whether the store refuses such batches. It will go on doing so, but permissions may come back. */
    private boolean isRefused(Group group, Throwable failure) {
        SageMakerAsyncException call = AwsErrors.translate("DeleteObjects", "bucket '" + group.bucket() + "'", failure);
        boolean refused = AwsErrors.isNotImplemented(failure) || AwsErrors.isLasting(call);
        if (refused && AwsErrors.statusOf(failure) != AwsErrors.FORBIDDEN) {
            tellAlone(group, call.getMessage());
        }
        return refused;
    }

    private void tellAlone(Group group, String reason) {
        if (!ALONE.equals(known.put(group, ALONE))) {
            LOG.warn(
                    "This S3 store is of no use for deletes in batches, so each object of bucket '{}' is deleted by a request of"
                            + " its own. Said once: {}",
                    group.bucket(),
                    reason);
        }
    }

    private CompletableFuture<Void> delete(Version version) {
        S3Location at = version.at();
        CompletableFuture<Void> call = Futures.uninterrupted(() -> s3.deleteObject(
                        delete -> delete.bucket(at.bucket()).key(at.key()).ifMatch(version.etag()))
                .thenAccept(AwsErrors::requireEmpty));
        return Futures.onFailure(call, failure -> {
            if (version.etag() != null && AwsErrors.isNotImplemented(failure)) {
                return deleteIfThere(version);
            }
            return AwsErrors.isOtherVersion(failure)
                    ? deleteOther(version)
                    : unlessGone(at, "DeleteObject", "'" + at + "'", failure);
        });
    }

    private CompletableFuture<Void> deleteIfThere(Version version) {
        if (known.put("If-Match", ALONE) == null) {
            LOG.warn(
                    "This S3 store knows no conditional delete (If-Match), so the ETag is compared before each delete. A"
                            + " result that is overwritten in between would be deleted unseen: never use a file name"
                            + " again. Said once, at {}",
                    version.at());
        }
        return isThere(version).thenCompose(isThere -> isThere ? delete(version.with(null)) : deleteOther(version));
    }

    private CompletableFuture<Void> deleteOther(Version version) {
        CompletableFuture<String> other =
                version.other() == null ? CompletableFuture.completedFuture(null) : Futures.call(version.other());
        return other.thenCompose(etag -> {
            if (etag != null) {
                return delete(version.with(etag));
            }
            tellOfOverwritten(version.at());
            return CompletableFuture.completedFuture(null);
        });
    }

    /** Some sources quote ETags, others do not. */
    private CompletableFuture<Boolean> isThere(Version version) {
        S3Location at = version.at();
        CompletableFuture<String> head = Futures.uninterrupted(() ->
                        s3.headObject(request -> request.bucket(at.bucket()).key(at.key())))
                .thenApply(answer -> AwsErrors.require("S3", "ETag", answer.eTag()));
        return AwsErrors.translated("HeadObject", "'" + at + "' before its delete", head)
                .thenApply(etag -> etag.replace("\"", "").equals(version.etag().replace("\"", "")));
    }

    /** What is gone, or another object by now, is no failure. */
    public static CompletableFuture<Void> unlessGone(
            S3Location object, String operation, String target, Throwable failure) {
        if (AwsErrors.isOtherVersion(failure)) {
            tellOfOverwritten(object);
        } else if (!AwsErrors.isNoSuchKey(failure)) {
            return CompletableFuture.failedFuture(AwsErrors.translate(operation, target, failure));
        }
        return CompletableFuture.completedFuture(null);
    }

    private static void tellOfOverwritten(S3Location object) {
        LOG.info("{} was overwritten since it was found: the new object is left for another exchange", object);
    }
}
