package io.github.camelsagemaker.async.internal.result;

import io.github.camelsagemaker.async.error.InferenceFailedException;
import io.github.camelsagemaker.async.error.ResultNotFoundException;
import io.github.camelsagemaker.async.error.ResultUnreadableException;
import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.concurrent.MemoryBudget;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Reads results from S3: one GetObject for bytes, one HeadObject where no body, or a stream, is wanted. A stream asks for
 * its content only when it is read. Thread-safe; only streams block, and those who read them.
 */
public class ResultReader {

    /** With pauses of about six seconds together. */
    private static final int RETRIES = 5;

    private static final long FIRST_PAUSE_MILLIS = 200;

    /** Of a failure its beginning is read. A character has up to four bytes. */
    public static final int MAX_FAILURE_BYTES = 4 * InferenceFailedException.MAX_FAILURE_BODY;

    private static final Duration PATIENT_FOR = Duration.ofMinutes(5);

    private static final Logger LOG = LoggerFactory.getLogger(ResultReader.class);

    private final S3AsyncClient s3;
    private final String option;
    private final ScheduledExecutorService timer;
    private final MemoryBudget memory;
    private final AtomicBoolean warnedAboutForbidden = new AtomicBoolean();

    /** Buckets with ETags that are not the MD5 of the content: uploaded in parts, or encrypted with a key of KMS. */
    final Set<String> otherEtags = ConcurrentHashMap.newKeySet();

    /**
     * Closes neither the client nor the timer, which is null if nothing is read before it can be there. Messages name the option.
     *
     * @param memory what bodies may take together; one that does not fit waits, or becomes a stream where nothing waits for that
     */
    public ResultReader(S3AsyncClient s3, String option, ScheduledExecutorService timer, MemoryBudget memory) {
        this.s3 = s3;
        this.option = option;
        this.timer = timer;
        this.memory = memory;
    }

    /**
     * As {@link #read}, of an object that was announced and may not be visible yet: S3 answers 404, or 403 to a caller without
     * s3:ListBucket. Such an answer counts only after a few more reads, longer and longer apart; of what landed long ago it counts at
     * once: {@code age} is that of the object when it was announced, or null.
     */
    CompletableFuture<InferenceResult> readAnnounced(S3Location object, BodyMode mode, Duration age) {
        boolean longAgo = age != null && age.compareTo(PATIENT_FOR) > 0;
        return timer == null || longAgo ? read(object, mode) : readPatiently(object, mode, 0);
    }

    private CompletableFuture<InferenceResult> readPatiently(S3Location object, BodyMode mode, int attempt) {
        return Futures.onFailure(read(object, mode), failure -> {
            if (attempt == RETRIES || !mayAppear(failure)) {
                return CompletableFuture.failedFuture(failure);
            }
            CompletableFuture<Void> pause = new CompletableFuture<>();
            timer.schedule(() -> pause.complete(null), FIRST_PAUSE_MILLIS << attempt, TimeUnit.MILLISECONDS);
            return pause.thenCompose(over -> readPatiently(object, mode, attempt + 1));
        });
    }

    private boolean mayAppear(Throwable failure) {
        if (failure instanceof ResultNotFoundException) {
            return true;
        }
        SageMakerAsyncException call = AwsErrors.callOf(failure); // none: the wait for memory was cancelled
        boolean forbidden = call != null && AwsErrors.statusOf(call.getCause()) == AwsErrors.FORBIDDEN;
        if (forbidden && warnedAboutForbidden.compareAndSet(false, true)) {
            LOG.warn("The read of a result was refused, and is tried again. {}. Said once", AwsErrors.MAYBE_NOT_THERE);
        }
        return forbidden;
    }

    /** Ends exceptionally with a {@link ResultNotFoundException} if there is no such object, else a {@link ResultUnreadableException}. */
    public CompletableFuture<InferenceResult> read(S3Location object, BodyMode mode) {
        boolean whole = mode == BodyMode.BYTES;
        return Futures.onFailure(
                Futures.uninterrupted(() -> whole ? bytes(object, memory) : head(object, mode)),
                failure -> CompletableFuture.failedFuture(
                        failure instanceof CancellationException // of the wait for memory
                                ? failure
                                : translate(whole ? "GetObject" : "HeadObject", object, option, failure)));
    }

    /** An object's beginning, as the call with a range brought it. Ends exceptionally as {@link #read} does. */
    public static CompletableFuture<byte[]> beginning(
            S3Location object, String option, CompletableFuture<ObjectDownload> call) {
        return Futures.onFailure(
                call.thenApply(ResultReader::content),
                failure -> AwsErrors.hasCode(failure, "InvalidRange")
                        ? CompletableFuture.completedFuture(new byte[0]) // it is there, and empty
                        : CompletableFuture.failedFuture(translate("GetObject", object, option, failure)));
    }

    private static ResultUnreadableException translate(
            String operation, S3Location object, String option, Throwable failure) {
        if (failure instanceof ResultUnreadableException unreadable) {
            return unreadable;
        }
        return operation.equals("GetObject") && AwsErrors.isNoSuchKey(failure)
                ? new ResultNotFoundException(object.uri(), failure)
                : new ResultUnreadableException(
                        object.uri(), AwsErrors.translate(operation, "'" + object + "' (" + option + ")", failure));
    }

    private CompletableFuture<InferenceResult> bytes(S3Location object, MemoryBudget forBytes) {
        return get(s3, object, null, null, forBytes).thenCompose(download -> {
            ObjectDownload.Content content = download.take();
            GetObjectResponse found = content.response();
            String etag;
            try {
                AwsErrors.requireWhole(found);
                etag = AwsErrors.require("S3", "ETag", found.eTag());
            } catch (UncheckedIOException e) {
                content.giveBackMemory();
                throw e;
            }
            byte[] bytes = content.bytes();
            if (bytes == null) {
                CompletableFuture<MemoryBudget.Reserved> room = found.contentLength() > ObjectDownload.MAX_ARRAY
                        ? null
                        : forBytes.reserve(found.contentLength());
                LOG.debug(
                        "{} of {} bytes {}: it does not fit beside what is in memory",
                        object,
                        found.contentLength(),
                        room == null ? "is streamed" : "waits");
                if (room != null) {
                    return room.thenCompose(reserved -> Futures.uninterrupted(() -> bytes(object, reserved))
                            .whenComplete((read, failure) -> reserved.end()));
                }
            }
            Long length = bytes == null ? found.contentLength() : Long.valueOf(bytes.length);
            return CompletableFuture.completedFuture(new InferenceResult(
                    bytes == null ? stream(object, etag, length) : bytes,
                    found.contentType(),
                    found.contentEncoding(),
                    length,
                    etag,
                    found.lastModified(),
                    Map.copyOf(found.metadata()),
                    content.memory(),
                    null));
        });
    }

    /** A part of the object, which must be small; if an ETag is given, of that version only. */
    public static CompletableFuture<ObjectDownload> get(
            S3AsyncClient s3, S3Location object, String etag, String range) {
        return get(s3, object, etag, range, MemoryBudget.UNLIMITED);
    }

    private static CompletableFuture<ObjectDownload> get(
            S3AsyncClient s3, S3Location object, String etag, String range, MemoryBudget memory) {
        return s3.getObject(
                get -> get.bucket(object.bucket())
                        .key(object.key())
                        .ifMatch(etag)
                        .range(range),
                new ObjectDownload(memory));
    }

    private static byte[] content(ObjectDownload download) {
        ObjectDownload.Content content = download.take();
        AwsErrors.require("S3", "ETag", content.response().eTag());
        if (content.bytes() == null) {
            throw new UncheckedIOException(
                    new IOException("The JVM has no memory left for a piece of a result that is streamed"));
        }
        return content.bytes();
    }

    private CompletableFuture<InferenceResult> head(S3Location object, BodyMode mode) {
        return Futures.onFailure(
                headOnce(object, mode),
                // A refusal of HEAD has no body: a read of one byte gets S3's own word, unless it landed meanwhile.
                failure -> AwsErrors.hasNoErrorBody(failure)
                        ? beginning(object, option, get(s3, object, null, "bytes=0-0"))
                                .thenCompose(there -> headOnce(object, mode))
                        : CompletableFuture.failedFuture(failure));
    }

    private CompletableFuture<InferenceResult> headOnce(S3Location object, BodyMode mode) {
        return s3.headObject(head -> head.bucket(object.bucket()).key(object.key()))
                .thenApply(found -> {
                    String etag = AwsErrors.require("S3", "ETag", found.eTag());
                    return new InferenceResult(
                            mode == BodyMode.STREAM ? stream(object, etag, found.contentLength()) : null,
                            found.contentType(),
                            found.contentEncoding(),
                            found.contentLength(),
                            etag,
                            found.lastModified(),
                            Map.copyOf(found.metadata()),
                            null,
                            null);
                });
    }

    private ResultStream stream(S3Location object, String etag, long length) {
        return new ResultStream(
                new ResultStream.Source((start, end) -> range(object, etag, start, end), length, memory),
                ResultStream.FIRST_PIECE);
    }

    /** {@code If-Match} makes S3 refuse when it was overwritten meanwhile. */
    private CompletableFuture<byte[]> range(S3Location object, String etag, long start, long end) {
        CompletableFuture<ObjectDownload> call = get(s3, object, etag, "bytes=" + start + "-" + end);
        CompletableFuture<byte[]> range = Futures.onFailure(call.thenApply(ResultReader::content), failure -> {
            if (failure instanceof UncheckedIOException noRoom) {
                return CompletableFuture.failedFuture(noRoom.getCause());
            }
            String what =
                    AwsErrors.isNoSuchKey(failure) ? " was deleted while it was being read" : " could not be read";
            return CompletableFuture.failedFuture(new IOException(
                    "The result " + object
                            + (AwsErrors.isOtherVersion(failure) ? " was overwritten while it was being read" : what),
                    AwsErrors.translate("GetObject", "'" + object + "'", failure)));
        });
        range.whenComplete((bytes, failure) -> {
            if (range.isCancelled()) {
                call.cancel(true);
            }
        });
        return range;
    }
}
