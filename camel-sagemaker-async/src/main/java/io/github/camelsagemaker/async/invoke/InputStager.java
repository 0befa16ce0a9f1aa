package io.github.camelsagemaker.async.invoke;

import io.github.camelsagemaker.async.error.AwsErrors;
import io.github.camelsagemaker.async.error.S3Answers;
import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.result.S3Location;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;

/**
 * Puts payloads into S3 below inputLocation, under names never used before, and takes them away again. Thread-safe; no
 * method blocks.
 *
 * <p>Memory: a stream needs one part of 5 MiB while it is uploaded. At most {@code maxUploads} streams are uploaded at once, the others
 * wait in order.
 */
final class InputStager {

    /** The smallest part that S3 takes (Amazon S3 multipart upload limits); 205 of them make 1 GiB. */
    static final int PART_BYTES = 5 * 1024 * 1024;

    private static final int MIN_BUFFER_BYTES = 64 * 1024;
    private static final Logger LOG = LoggerFactory.getLogger(InputStager.class);

    private final S3AsyncClient s3;
    private final ProducerSettings settings;
    private final Executor workers;
    private final ConcurrencyLimit streams;

    InputStager(S3AsyncClient s3, ProducerSettings settings, Executor workers) {
        this.s3 = s3;
        this.settings = settings;
        this.workers = workers;
        this.streams = new ConcurrencyLimit(settings.maxUploads(), workers);
    }

    /** A payload that was uploaded, and can be taken away again. */
    final class Staged {

        private final UploadRequests requests;
        private final long length;

        private Staged(UploadRequests requests, long length) {
            this.requests = requests;
            this.length = length;
        }

        long length() {
            return length;
        }

        S3Location location() {
            return requests.location();
        }

        /** Deletes the object. A failure is logged, too: then it stays behind. */
        CompletableFuture<Void> discard() {
            return delete(requests);
        }
    }

    /** Uploads bytes at hand. */
    CompletableFuture<Staged> stage(InferenceRequest request, byte[] bytes) {
        UploadRequests requests = requests(request);
        return put(requests, ByteBuffer.wrap(bytes)).thenApply(length -> new Staged(requests, length));
    }

    /** Uploads a stream whose first bytes were read already. Neither closes the stream nor reads it after the end. */
    CompletableFuture<Staged> stage(InferenceRequest request, byte[] head, InputStream rest) {
        UploadRequests requests = requests(request);
        return streams.submit(() -> stream(requests, head, rest)).thenApply(length -> new Staged(requests, length));
    }

    private CompletableFuture<Long> stream(UploadRequests requests, byte[] head, InputStream rest) {
        ByteBuffer part;
        try {
            part = firstPart(head, rest);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        return part.remaining() < PART_BYTES
                ? put(requests, part)
                : undoneOnFailure(requests, new MultipartUpload(s3, requests, workers, part.array(), rest).run());
    }

    /** The stream's beginning, up to a part. Takes little more memory than there are bytes. */
    private static ByteBuffer firstPart(byte[] head, InputStream rest) throws IOException {
        byte[] part = Arrays.copyOf(head, Math.min(PART_BYTES, Math.max(MIN_BUFFER_BYTES, 2 * head.length)));
        int length = head.length;
        while (true) {
            length += Streams.fill(rest, part, length);
            if (length < part.length || length == PART_BYTES) {
                return ByteBuffer.wrap(part, 0, length);
            }
            part = Arrays.copyOf(part, Math.min(PART_BYTES, 2 * part.length));
        }
    }

    /** Ends with the number of bytes. */
    private CompletableFuture<Long> put(UploadRequests requests, ByteBuffer bytes) {
        int length = bytes.remaining();
        CompletableFuture<Long> put = requests.call(
                        "PutObject",
                        () -> s3.putObject(requests.put(), AsyncRequestBody.fromRemainingByteBufferUnsafe(bytes)),
                        done -> S3Answers.require("ETag", done.eTag()))
                .thenApply(done -> {
                    LOG.debug("Uploaded {} bytes to {}", length, requests.location());
                    return (long) length;
                });
        return undoneOnFailure(requests, put);
    }

    /** An upload without an answer may have arrived. Nobody knows its name, so it can be deleted safely. */
    private CompletableFuture<Long> undoneOnFailure(UploadRequests requests, CompletableFuture<Long> upload) {
        return Futures.onFailure(
                upload,
                failure -> failure instanceof SageMakerAsyncException aws && AwsErrors.mayHaveBeenCarriedOut(aws)
                        ? undo(requests, failure)
                        : CompletableFuture.failedFuture(failure));
    }

    private CompletableFuture<Long> undo(UploadRequests requests, Throwable failure) {
        LOG.warn(
                "It is not known whether the upload of the payload {} was carried out. It is deleted now; should S3 carry it"
                        + " out later, it stays",
                requests.location());
        return Futures.failAfter(delete(requests), failure);
    }

    private CompletableFuture<Void> delete(UploadRequests requests) {
        return requests.call("DeleteObject", () -> s3.deleteObject(requests.delete()), S3Answers::requireEmpty)
                .<Void>thenApply(done -> null)
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        LOG.warn("The payload {} of a failed request stays in S3", requests.location(), failure);
                    }
                });
    }

    private UploadRequests requests(InferenceRequest request) {
        S3Location location = settings.inputLocation().resolve(UUID.randomUUID().toString());
        return new UploadRequests(settings, location, request, checksum());
    }

    /** As the SDK's own multipart client does: CRC32 is named at the creation, unless the client was told to leave checksums out. */
    private ChecksumAlgorithm checksum() {
        RequestChecksumCalculation calculation;
        try {
            calculation = s3.serviceClientConfiguration().requestChecksumCalculation();
        } catch (UnsupportedOperationException e) {
            calculation = null; // a client that wraps another, and does not tell
        }
        return calculation == RequestChecksumCalculation.WHEN_REQUIRED ? null : ChecksumAlgorithm.CRC32;
    }
}
