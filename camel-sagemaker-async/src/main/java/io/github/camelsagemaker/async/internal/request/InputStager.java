package io.github.camelsagemaker.async.internal.request;

import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.concurrent.RouteStops;
import io.github.camelsagemaker.async.internal.concurrent.RouteStops.Target;
import io.github.camelsagemaker.async.internal.request.RequestSender.Sending;
import io.github.camelsagemaker.async.internal.s3.OwnedBuckets;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.s3.StagedInputs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Puts payloads into S3 below inputLocation, under names never used before, and takes them away again. Thread-safe; no
 * method blocks, and no thread waits for S3. Works with every S3 client, also one that does no multipart uploads by itself.
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
    private final ProducerSettings.Uploads uploads;
    private final Executor workers;
    private final AsyncSemaphore streams;
    private final RouteStops stops;

    InputStager(S3AsyncClient s3, ProducerSettings settings, Executor workers, RouteStops stops) {
        this.stops = stops;
        this.uploads = settings.uploads();
        this.s3 = OwnedBuckets.of(s3, uploads.bucketOwner(), null, null);
        this.workers = workers;
        this.streams = new AsyncSemaphore(settings.options().getMaxUploads(), workers);
    }

    CompletableFuture<Staged> stage(Sending sending, byte[] bytes) {
        return new Staged(sending).put(ByteBuffer.wrap(bytes));
    }

    /** Uploads a stream whose first bytes were read already. Neither closes the stream nor reads it after the end. */
    CompletableFuture<Staged> stage(Sending sending, byte[] head, InputStream rest) {
        Staged staged = new Staged(sending);
        return streams.submit(() -> {
            ByteBuffer part;
            try {
                part = firstPart(head, rest);
            } catch (IOException e) {
                return CompletableFuture.failedFuture(e);
            }
            return part.remaining() < PART_BYTES ? staged.put(part) : staged.putInParts(part.array(), rest);
        });
    }

    /** The stream's beginning, up to a part. Takes little more memory than there are bytes. */
    private static ByteBuffer firstPart(byte[] head, InputStream rest) throws IOException {
        byte[] part = Arrays.copyOf(head, Math.min(PART_BYTES, Math.max(MIN_BUFFER_BYTES, 2 * head.length)));
        int length = head.length;
        while (true) {
            length += BodySource.fill(rest, part, length);
            if (length < part.length || length == PART_BYTES) {
                return ByteBuffer.wrap(part, 0, length);
            }
            part = Arrays.copyOf(part, Math.min(PART_BYTES, 2 * part.length));
        }
    }

    /** As the SDK's own multipart client does: CRC32 is named at the creation, unless the client is configured to leave checksums out. */
    private ChecksumAlgorithm checksum() {
        RequestChecksumCalculation calculation;
        try {
            calculation = s3.serviceClientConfiguration().requestChecksumCalculation();
        } catch (UnsupportedOperationException e) {
            calculation = null; // a client that wraps another, and does not say
        }
        return calculation == RequestChecksumCalculation.WHEN_REQUIRED ? null : ChecksumAlgorithm.CRC32;
    }

    /** One payload in S3: uploaded once, and taken away again if nobody needs it. */
    final class Staged {

        private final S3Location location = StagedInputs.newPlace(uploads.location());
        private final String bucket = location.bucket();
        private final String key = location.key();
        private final ChecksumAlgorithm checksum = checksum();
        private final Sending sending;
        private final List<CompletedPart> parts = new ArrayList<>();
        private String uploadId;
        private long length;

        private Staged(Sending sending) {
            this.sending = sending;
        }

        Payload.Kept object() {
            return new Payload.Kept(location, length);
        }

        /** Deletes the object. A failure is logged, too: then it stays behind. */
        CompletableFuture<?> discard() {
            return call(
                            "DeleteObject",
                            Target.CLEAN_UP,
                            () -> s3.deleteObject(
                                    delete -> delete.bucket(bucket).key(key)),
                            AwsErrors::requireEmpty)
                    .whenComplete((done, failure) -> {
                        if (failure != null) {
                            LOG.warn("The payload {} of a failed request stays in S3", location, failure);
                        }
                    });
        }

        private CompletableFuture<Staged> put(ByteBuffer bytes) {
            length = bytes.remaining();
            return undoneOnFailure(call(
                    "PutObject",
                    () -> s3.putObject(
                            put -> put.bucket(bucket)
                                    .key(key)
                                    .contentType(sending.request().call().contentType())
                                    .metadata(Map.of(
                                            "inference-id", sending.request().inferenceId()))
                                    .serverSideEncryption(uploads.encryption())
                                    .ssekmsKeyId(uploads.kmsKeyId()),
                            AsyncRequestBody.fromRemainingByteBufferUnsafe(bytes)),
                    done -> AwsErrors.require("S3", "ETag", done.eTag())));
        }

        /**
         * Uploads a stream part by part, with one part in memory, which is read on a worker. Whatever fails, the upload is aborted
         * before the failure is reported, so that no parts are left that cost money.
         *
         * @param buffer the stream's first bytes, filling the array; it is used again for each part
         */
        private CompletableFuture<Staged> putInParts(byte[] buffer, InputStream stream) {
            CompletableFuture<String> created = call(
                    "CreateMultipartUpload",
                    () -> s3.createMultipartUpload(create -> create.bucket(bucket)
                            .key(key)
                            .contentType(sending.request().call().contentType())
                            .metadata(Map.of("inference-id", sending.request().inferenceId()))
                            .serverSideEncryption(uploads.encryption())
                            .ssekmsKeyId(uploads.kmsKeyId())
                            .checksumAlgorithm(checksum)),
                    answer -> AwsErrors.require("S3", "UploadId", answer.uploadId()));
            return undoneOnFailure(created.whenComplete((id, failure) -> {
                        if (AwsErrors.mayHaveBeenCarriedOut(failure)) {
                            // It cannot be aborted: nobody here knows its id.
                            LOG.warn(
                                    "An upload of {} may have been begun; if so, it stays until a lifecycle rule for"
                                            + " unfinished multipart uploads removes it",
                                    location);
                        }
                    })
                    .thenCompose(id -> {
                        uploadId = id;
                        return Futures.onFailure(
                                putParts(1, buffer, buffer.length, stream).thenCompose(done -> completeParts()),
                                this::abort);
                    }));
        }

        private CompletableFuture<Void> putParts(int number, byte[] buffer, int bytes, InputStream stream) {
            return call(
                            "UploadPart",
                            () -> s3.uploadPart(
                                    part -> part.bucket(bucket)
                                            .key(key)
                                            .uploadId(uploadId)
                                            .partNumber(number)
                                            .checksumAlgorithm(checksum),
                                    AsyncRequestBody.fromRemainingByteBufferUnsafe(ByteBuffer.wrap(buffer, 0, bytes))),
                            answer -> CompletedPart.builder()
                                    .partNumber(number)
                                    .eTag(AwsErrors.require("S3", "ETag", answer.eTag()))
                                    .checksumCRC32(answer.checksumCRC32())
                                    .build())
                    .thenComposeAsync(
                            part -> {
                                parts.add(part);
                                length += bytes;
                                try {
                                    int more = BodySource.fill(stream, buffer, 0);
                                    PayloadPolicy.checkStreamed(length + more);
                                    return more == 0
                                            ? CompletableFuture.completedFuture(null)
                                            : putParts(number + 1, buffer, more, stream);
                                } catch (IOException e) {
                                    return CompletableFuture.failedFuture(e);
                                }
                            },
                            workers);
        }

        private CompletableFuture<String> completeParts() {
            return call(
                    "CompleteMultipartUpload",
                    () -> s3.completeMultipartUpload(complete -> complete.bucket(bucket)
                            .key(key)
                            .uploadId(uploadId)
                            .multipartUpload(upload -> upload.parts(parts))),
                    answer -> AwsErrors.require("S3", "ETag", answer.eTag()));
        }

        private CompletableFuture<String> abort(Throwable failure) {
            CompletableFuture<AbortMultipartUploadResponse> aborted = call(
                    "AbortMultipartUpload",
                    Target.CLEAN_UP,
                    () -> s3.abortMultipartUpload(
                            abort -> abort.bucket(bucket).key(key).uploadId(uploadId)),
                    AwsErrors::requireEmpty);
            return Futures.failAfter(
                    aborted.exceptionallyCompose(left -> {
                        if (AwsErrors.hasCode(Futures.unwrap(left).getCause(), "NoSuchUpload")) {
                            // The upload had ended, though the answer that said so was lost.
                            return CompletableFuture.completedFuture(null);
                        }
                        LOG.warn(
                                "The unfinished upload {} of {} could not be aborted; its parts stay until a lifecycle rule"
                                        + " removes them",
                                uploadId,
                                location,
                                left);
                        return CompletableFuture.failedFuture(left);
                    }),
                    failure);
        }

        /** An upload without an answer may have arrived. Nobody knows its name, so it can be deleted safely. */
        private CompletableFuture<Staged> undoneOnFailure(CompletableFuture<?> upload) {
            CompletableFuture<Staged> staged = upload.thenApply(done -> {
                LOG.debug("Uploaded {} bytes to {}", length, location);
                return this;
            });
            return Futures.onFailure(staged, failure -> {
                if (!AwsErrors.mayHaveBeenCarriedOut(failure)) {
                    return CompletableFuture.failedFuture(failure);
                }
                LOG.warn(
                        "It is not known whether the upload of the payload {} was carried out. It is deleted now; should S3"
                                + " carry it out later, it stays",
                        location);
                return Futures.failAfter(discard(), failure);
            });
        }

        /** @param reading what is read of the answer; fails if it is none of S3's */
        private <T, R> CompletableFuture<R> call(
                String operation, Supplier<CompletableFuture<T>> call, Function<T, R> reading) {
            return call(operation, Target.S3, call, reading);
        }

        private <T, R> CompletableFuture<R> call(
                String operation, Target to, Supplier<CompletableFuture<T>> call, Function<T, R> reading) {
            String target = location + " (bucket '" + bucket + "' of the option inputLocation)";
            return AwsErrors.translated(
                    operation, target, stops.call(sending.exchange(), to, call).thenApply(reading));
        }
    }
}
