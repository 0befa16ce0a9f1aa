package io.github.camelsagemaker.async.invoke;

import io.github.camelsagemaker.async.error.AwsErrors;
import io.github.camelsagemaker.async.error.S3Answers;
import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * Uploads one stream of unknown length, part by part, with one part in memory. A part is read on a worker; no thread waits
 * for S3. Works with every S3 client, also one that does no multipart uploads by itself.
 *
 * <p>Whatever fails, the upload is aborted before the failure is reported, so that no parts are left that cost money.
 */
final class MultipartUpload {

    private static final Logger LOG = LoggerFactory.getLogger(MultipartUpload.class);

    private final S3AsyncClient s3;
    private final UploadRequests requests;
    private final Executor workers;
    private final InputStream stream;
    private final byte[] buffer;
    private final List<CompletedPart> parts = new ArrayList<>();
    private final CompletableFuture<Void> partsDone = new CompletableFuture<>();
    private String uploadId;
    private long uploaded;

    /**
     * @param firstPart the stream's first bytes, filling the array; it is used again for each part
     * @param stream the bytes behind them
     */
    MultipartUpload(S3AsyncClient s3, UploadRequests requests, Executor workers, byte[] firstPart, InputStream stream) {
        this.s3 = s3;
        this.requests = requests;
        this.workers = workers;
        this.buffer = firstPart;
        this.stream = stream;
    }

    /** Uploads all of it, and ends with the number of bytes. Called once. */
    CompletableFuture<Long> run() {
        CompletableFuture<String> created = requests.call(
                "CreateMultipartUpload",
                () -> s3.createMultipartUpload(requests.create()),
                answer -> S3Answers.require("UploadId", answer.uploadId()));
        return created.whenComplete((id, failure) -> tellOfUnknown(failure)).thenCompose(id -> {
            uploadId = id;
            upload(1, buffer.length);
            return Futures.onFailure(partsDone.thenCompose(done -> complete()), this::abort);
        });
    }

    private void upload(int number, int length) {
        requests.call(
                        "UploadPart",
                        () -> s3.uploadPart(requests.part(uploadId, number), body(length)),
                        answer -> completed(number, answer))
                .whenCompleteAsync(
                        (part, failure) -> {
                            if (failure != null) {
                                partsDone.completeExceptionally(failure);
                                return;
                            }
                            parts.add(part);
                            uploaded += length;
                            readAndUpload(number + 1);
                        },
                        workers);
    }

    private static CompletedPart completed(int number, UploadPartResponse answer) {
        return CompletedPart.builder()
                .partNumber(number)
                .eTag(S3Answers.require("ETag", answer.eTag()))
                .checksumCRC32(answer.checksumCRC32())
                .build();
    }

    private void readAndUpload(int number) {
        try {
            int length = Streams.fill(stream, buffer, 0);
            if (uploaded + length > PayloadPolicy.MAX_STREAMED_BYTES) {
                throw PayloadPolicy.tooLargeForS3(
                        "more than " + PayloadPolicy.MAX_STREAMED_BYTES + " bytes", PayloadPolicy.MAX_STREAMED_BYTES);
            }
            if (length == 0) {
                partsDone.complete(null);
            } else {
                upload(number, length);
            }
        } catch (Throwable e) { // whatever a user's stream throws: the exchange must end
            partsDone.completeExceptionally(e);
        }
    }

    private AsyncRequestBody body(int length) {
        return AsyncRequestBody.fromRemainingByteBufferUnsafe(ByteBuffer.wrap(buffer, 0, length));
    }

    private CompletableFuture<Long> complete() {
        return requests.call(
                        "CompleteMultipartUpload",
                        () -> s3.completeMultipartUpload(requests.complete(uploadId, parts)),
                        answer -> S3Answers.require("ETag", answer.eTag()))
                .thenApply(completed -> {
                    LOG.debug("Uploaded {} bytes to {}", uploaded, requests.location());
                    return uploaded;
                });
    }

    /** What was begun has a name that nobody here knows, so it cannot be aborted. */
    private void tellOfUnknown(Throwable failure) {
        if (AwsErrors.unwrap(failure) instanceof SageMakerAsyncException aws && AwsErrors.mayHaveBeenCarriedOut(aws)) {
            LOG.warn(
                    "An upload of {} may have been begun; if so, it stays until a lifecycle rule for unfinished multipart uploads"
                            + " removes it",
                    requests.location());
        }
    }

    private CompletableFuture<Long> abort(Throwable failure) {
        CompletableFuture<Void> aborted = requests.call(
                        "AbortMultipartUpload",
                        () -> s3.abortMultipartUpload(requests.abort(uploadId)),
                        S3Answers::requireEmpty)
                .thenAccept(done -> {});
        return Futures.failAfter(Futures.onFailure(aborted, this::notAborted), failure);
    }

    private CompletableFuture<Void> notAborted(Throwable failure) {
        if (S3Answers.isNoSuchUpload(failure.getCause())) {
            // The upload had ended, though the answer that said so was lost.
            return CompletableFuture.completedFuture(null);
        }
        LOG.warn(
                "The unfinished upload {} of {} could not be aborted; its parts stay until a lifecycle rule removes them",
                uploadId,
                requests.location(),
                failure);
        return CompletableFuture.failedFuture(failure);
    }
}
