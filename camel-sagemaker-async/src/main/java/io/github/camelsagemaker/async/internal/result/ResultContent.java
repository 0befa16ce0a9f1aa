package io.github.camelsagemaker.async.internal.result;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.error.RequestRefusedException;
import io.github.camelsagemaker.async.error.ResultNotFoundException;
import io.github.camelsagemaker.async.error.ResultUnreadableException;
import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.options.Digest;
import io.github.camelsagemaker.async.internal.result.RequestRecords.RequestRecord;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.camel.converter.stream.InputStreamCache;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets an event's content with the fewest requests: what the event carries is not read again, and where no body is wanted
 * nothing is read if the event tells the media type. Only where the version matters, the object is looked at all the same.
 * Thread-safe; blocks nowhere.
 *
 * @param places where objects may be read
 */
public record ResultContent(ResultReader reader, BodyMode bodyMode, VersionNeed need, Predicate<S3Location> places) {

    private static final Logger LOG = LoggerFactory.getLogger(ResultContent.class);

    /** What depends on which version of an object was emitted. */
    public enum VersionNeed {
        NONE,
        /** Only that version is removed: if its ETag is another than its content tells, that shows when it is deleted. */
        TO_DELETE,
        /** Only that version is removed, and must be known before. */
        TO_REMOVE,
        /** A listing may find it too, and must know that it was emitted. */
        TO_RECOGNISE
    }

    /** Where no version matters, and nothing but what an event tells is read. */
    public ResultContent(ResultReader reader, BodyMode bodyMode) {
        this(reader, bodyMode, VersionNeed.NONE, place -> false);
    }

    /** The object of the result, named by the event or by the request's record; null if there is none. */
    public S3Location objectOf(ResultEvent event, RequestRecord record) {
        if (event.object() != null || event.status() != InferenceStatus.FAILED) {
            return event.object();
        }
        S3Location failure = record.failureLocation();
        return failure != null && places.test(failure) ? failure : null;
    }

    /** What the event carries, with the ETag that it has most probably; null if only S3 can tell. */
    public InferenceResult presumed(ResultEvent event) {
        byte[] content = event.content();
        boolean isTold = need == VersionNeed.TO_DELETE
                && content != null
                && event.object() != null
                && event.status() != InferenceStatus.FAILED
                && !reader.otherEtags.contains(event.object().bucket());
        return isTold ? carried(content, etag(content), () -> versionOf(event).thenApply(InferenceResult::etag)) : null;
    }

    /** Gets the content; ends exceptionally as {@link ResultReader#read} does. */
    public CompletableFuture<InferenceResult> of(ResultEvent event, RequestRecord record) {
        S3Location object = objectOf(event, record);
        boolean failed = event.status() == InferenceStatus.FAILED;
        if (event.content() != null && !(failed && object != null)) {
            return carried(event);
        }
        boolean factsAreEnough = bodyMode == BodyMode.NONE && event.contentType() != null && need == VersionNeed.NONE;
        if (object == null || factsAreEnough) {
            return CompletableFuture.completedFuture(InferenceResult.NOTHING.withBody(failed ? body(event) : null));
        }
        CompletableFuture<InferenceResult> read =
                reader.readAnnounced(object, bodyMode, event.age()).thenApply(result -> requireListed(event, result));
        // The record knows where a failure would be, and not whether there is one.
        return object.equals(event.object())
                ? read
                : Futures.orElse(read, ResultNotFoundException.class, InferenceResult.NOTHING.withBody(body(event)));
    }

    /** Fails if a listing said that this version is of another length: then something on the way cut it off, or made it up. */
    private static InferenceResult requireListed(ResultEvent event, InferenceResult result) {
        if (event.isListed()
                && result.etag() != null
                && result.etag().equals(event.etag())
                && event.contentLength() != null
                && result.contentLength() != null
                && !event.contentLength().equals(result.contentLength())) {
            result.giveBackMemory();
            String what = "has " + result.contentLength() + " bytes of an object of " + event.contentLength();
            throw new ResultUnreadableException(
                    event.object().uri(),
                    AwsErrors.translate("GetObject", "'" + event.object() + "'", AwsErrors.notFromAws("S3", what)));
        }
        return result;
    }

    /** Which version the object is; nothing where that does not matter, or can never be told. */
    public CompletableFuture<InferenceResult> version(S3Location object) {
        return object == null || need == VersionNeed.NONE
                ? CompletableFuture.completedFuture(InferenceResult.NOTHING)
                : orUnknown(reader.read(object, BodyMode.NONE));
    }

    /**
     * An object that is gone is found by nobody. One that may not be read stays, if only its removal depends on its version; a
     * listing would find it and emit it again.
     */
    private CompletableFuture<InferenceResult> orUnknown(CompletableFuture<InferenceResult> read) {
        return Futures.onFailure(read, failure -> {
            boolean refused = failure.getCause() instanceof RequestRefusedException;
            return failure instanceof ResultNotFoundException || refused && need != VersionNeed.TO_RECOGNISE
                    ? CompletableFuture.completedFuture(InferenceResult.NOTHING)
                    : CompletableFuture.failedFuture(failure);
        });
    }

    /** What is known of a failure without an object. */
    private Object body(ResultEvent event) {
        if (event.content() != null) {
            return body(event.content());
        }
        String text = event.failureReason() != null
                ? event.failureReason()
                : "The inference failed, and SageMaker gave no reason";
        return bodyMode == BodyMode.BYTES ? text : body(text.getBytes(StandardCharsets.UTF_8));
    }

    private Object body(byte[] content) {
        return switch (bodyMode) {
            case NONE -> null;
            case BYTES -> content;
            case STREAM -> new InputStreamCache(content);
        };
    }

    /** Where the object is gone or another's by now, the content alone tells which version it was. */
    private CompletableFuture<InferenceResult> carried(ResultEvent event) {
        byte[] content = event.content();
        return event.object() == null || need == VersionNeed.NONE
                ? CompletableFuture.completedFuture(carried(content, null, null))
                : versionOf(event)
                        .thenApply(version -> version.etag() == null
                                ? carried(content, etag(content), null)
                                : version.withBody(body(content)));
    }

    private InferenceResult carried(byte[] content, String etag, Supplier<CompletableFuture<String>> realEtag) {
        return new InferenceResult(
                body(content), null, null, (long) content.length, etag, null, Map.of(), null, realEtag);
    }

    /** The version, if it is the one whose content the event carries: the object may have been overwritten since. */
    private CompletableFuture<InferenceResult> versionOf(ResultEvent event) {
        return version(event.object()).thenCompose(version -> ifOf(event.content(), event.object(), version));
    }

    private CompletableFuture<InferenceResult> ifOf(byte[] content, S3Location object, InferenceResult version) {
        boolean sameLength = version.contentLength() != null && version.contentLength() == content.length;
        if (version.etag() == null || !sameLength) {
            return CompletableFuture.completedFuture(InferenceResult.NOTHING);
        }
        if (version.etag().equals(etag(content))) {
            return CompletableFuture.completedFuture(version);
        }
        return orUnknown(reader.read(object, BodyMode.BYTES).thenApply(read -> {
            boolean isSame = version.etag().equals(read.etag())
                    && read.body() instanceof byte[] there
                    && Arrays.equals(there, content);
            if (isSame && reader.otherEtags.add(object.bucket())) {
                LOG.debug("ETags of bucket {} are no MD5, so from now on they are asked for", object.bucket());
            }
            return isSame ? version : InferenceResult.NOTHING;
        }));
    }

    /** The ETag of an object that was uploaded at once and is not encrypted with a key of KMS. */
    private static String etag(byte[] content) {
        return '"' + Digest.hex("MD5", content) + '"';
    }
}
