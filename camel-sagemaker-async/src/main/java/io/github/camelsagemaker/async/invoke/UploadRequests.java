package io.github.camelsagemaker.async.invoke;

import io.github.camelsagemaker.async.error.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.result.S3Location;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** The requests to S3 about one payload, with the encryption and bucket owner that the options ask for. */
final class UploadRequests {

    /** Object metadata that tells whose payload it is. */
    private static final String INFERENCE_ID = "inference-id";

    private final ProducerSettings settings;
    private final S3Location location;
    private final InferenceRequest request;

    private final ChecksumAlgorithm checksum;

    /**
     * @param checksum what parts of an upload are checked by, or null
     */
    UploadRequests(
            ProducerSettings settings, S3Location location, InferenceRequest request, ChecksumAlgorithm checksum) {
        this.settings = settings;
        this.location = location;
        this.request = request;
        this.checksum = checksum;
    }

    S3Location location() {
        return location;
    }

    PutObjectRequest put() {
        return PutObjectRequest.builder()
                .bucket(location.bucket())
                .key(location.key())
                .contentType(request.contentType())
                .metadata(metadata())
                .serverSideEncryption(settings.encryption())
                .ssekmsKeyId(settings.kmsKeyId())
                .expectedBucketOwner(settings.bucketOwner())
                .build();
    }

    CreateMultipartUploadRequest create() {
        return CreateMultipartUploadRequest.builder()
                .bucket(location.bucket())
                .key(location.key())
                .contentType(request.contentType())
                .metadata(metadata())
                .serverSideEncryption(settings.encryption())
                .ssekmsKeyId(settings.kmsKeyId())
                .checksumAlgorithm(checksum)
                .expectedBucketOwner(settings.bucketOwner())
                .build();
    }

    UploadPartRequest part(String uploadId, int number) {
        return UploadPartRequest.builder()
                .bucket(location.bucket())
                .key(location.key())
                .uploadId(uploadId)
                .partNumber(number)
                .checksumAlgorithm(checksum)
                .expectedBucketOwner(settings.bucketOwner())
                .build();
    }

    CompleteMultipartUploadRequest complete(String uploadId, List<CompletedPart> parts) {
        return CompleteMultipartUploadRequest.builder()
                .bucket(location.bucket())
                .key(location.key())
                .uploadId(uploadId)
                .multipartUpload(upload -> upload.parts(parts))
                .expectedBucketOwner(settings.bucketOwner())
                .build();
    }

    AbortMultipartUploadRequest abort(String uploadId) {
        return AbortMultipartUploadRequest.builder()
                .bucket(location.bucket())
                .key(location.key())
                .uploadId(uploadId)
                .expectedBucketOwner(settings.bucketOwner())
                .build();
    }

    DeleteObjectRequest delete() {
        return DeleteObjectRequest.builder()
                .bucket(location.bucket())
                .key(location.key())
                .expectedBucketOwner(settings.bucketOwner())
                .build();
    }

    /**
     * Calls S3; a failure tells what the upload is about.
     *
     * @param reading what is read of the answer; fails if it is none of S3's
     */
    <T, R> CompletableFuture<R> call(String operation, Supplier<CompletableFuture<T>> call, Function<T, R> reading) {
        String target = location + " (bucket '" + location.bucket() + "' of the option inputLocation)";
        return Futures.onFailure(
                Futures.call(call).thenApply(reading),
                failure -> CompletableFuture.failedFuture(AwsErrors.translate(operation, target, failure)));
    }

    private Map<String, String> metadata() {
        return Map.of(INFERENCE_ID, request.inferenceId());
    }
}
