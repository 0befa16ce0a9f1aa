package io.github.camelsagemaker.async.internal.result;

import java.lang.ref.Cleaner;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What was read of a result. Everything may be unknown, and is then null; {@code metadata} is empty then.
 *
 * @param body the result itself: {@code byte[]}, a stream cache, or null if it is not wanted or there is none
 * @param etag the object's ETag, in quotes as S3 gives it
 * @param metadata the object's user metadata, names without {@code x-amz-meta-}
 * @param memory gives back what the body takes of a budget; null if it takes nothing
 * @param realEtag asked if the object has another ETag, as this one is presumed: that of the same version, null if it is another.
 *     Null if nothing is presumed
 */
public record InferenceResult(
        Object body,
        String contentType,
        String contentEncoding,
        Long contentLength,
        String etag,
        Instant lastModified,
        Map<String, String> metadata,
        Cleaner.Cleanable memory,
        Supplier<CompletableFuture<String>> realEtag) {

    public static final InferenceResult NOTHING =
            new InferenceResult(null, null, null, null, null, null, Map.of(), null, null);

    public InferenceResult withBody(Object other) {
        return new InferenceResult(
                other, contentType, contentEncoding, contentLength, etag, lastModified, metadata, memory, realEtag);
    }

    /** The exchange is done; ends when nobody reads the object any more, so that it may go. */
    public CompletableFuture<Void> released() {
        return body instanceof ResultStream stream ? stream.ownerDone() : CompletableFuture.completedFuture(null);
    }

    /** The exchange that has the body is done: what it holds counts no more. */
    public void giveBackMemory() {
        if (memory != null) {
            memory.clean();
        }
    }

    public void closeForGood() {
        if (body instanceof ResultStream stream) {
            stream.closeForGood();
        }
    }

    /** Never shows the body. */
    @Override
    public String toString() {
        return "InferenceResult[contentType=" + contentType + ", contentLength=" + contentLength + ", etag=" + etag
                + "]";
    }
}
