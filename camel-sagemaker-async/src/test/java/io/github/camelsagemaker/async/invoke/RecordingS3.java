package io.github.camelsagemaker.async.invoke;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3ServiceClientConfiguration;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Request;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** S3 as far as uploads need it: keeps objects, and answers calls when and how a test wants it. */
class RecordingS3 implements S3AsyncClient {

    RequestChecksumCalculation checksums = RequestChecksumCalculation.WHEN_SUPPORTED;
    final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    final Map<String, Map<Integer, byte[]>> uploads = new ConcurrentHashMap<>();
    final List<S3Request> requests = new CopyOnWriteArrayList<>();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();

    private record Answer(boolean carriedOut, CompletableFuture<Void> when) {}

    /** The operation is carried out, or not, and answered when the future ends. */
    void answer(String operation, boolean carriedOut, CompletableFuture<Void> when) {
        answers.put(operation, new Answer(carriedOut, when));
    }

    void refuse(String operation, int status) {
        answer(
                operation,
                false,
                CompletableFuture.failedFuture(
                        S3Exception.builder().statusCode(status).message("no").build()));
    }

    List<String> calls() {
        List<String> names = new ArrayList<>();
        requests.forEach(r -> names.add(r.getClass().getSimpleName().replace("Request", "")));
        return names;
    }

    @Override
    public CompletableFuture<PutObjectResponse> putObject(PutObjectRequest request, AsyncRequestBody body) {
        byte[] bytes = bytes(body);
        return carryOut(request, () -> {
            objects.put(request.key(), bytes);
            return PutObjectResponse.builder().build();
        });
    }

    @Override
    public CompletableFuture<CreateMultipartUploadResponse> createMultipartUpload(
            CreateMultipartUploadRequest request) {
        return carryOut(request, () -> {
            uploads.put("upload-" + request.key(), new TreeMap<>());
            return CreateMultipartUploadResponse.builder()
                    .uploadId("upload-" + request.key())
                    .build();
        });
    }

    @Override
    public CompletableFuture<UploadPartResponse> uploadPart(UploadPartRequest request, AsyncRequestBody body) {
        byte[] bytes = bytes(body);
        return carryOut(request, () -> {
            uploads.get(request.uploadId()).put(request.partNumber(), bytes);
            return UploadPartResponse.builder()
                    .eTag("etag-" + request.partNumber())
                    .checksumCRC32(request.checksumAlgorithm() == null ? null : "crc32-" + request.partNumber())
                    .build();
        });
    }

    @Override
    public CompletableFuture<CompleteMultipartUploadResponse> completeMultipartUpload(
            CompleteMultipartUploadRequest request) {
        return carryOut(request, () -> {
            Map<Integer, byte[]> parts = uploads.remove(request.uploadId());
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            for (CompletedPart part : request.multipartUpload().parts()) {
                if (!part.eTag().equals("etag-" + part.partNumber())) {
                    throw new IllegalStateException("wrong ETag of part " + part);
                }
                if (checksums == RequestChecksumCalculation.WHEN_SUPPORTED
                        && !("crc32-" + part.partNumber()).equals(part.checksumCRC32())) {
                    throw new IllegalStateException("no checksum of part " + part);
                }
                whole.writeBytes(parts.get(part.partNumber()));
            }
            objects.put(request.key(), whole.toByteArray());
            return CompleteMultipartUploadResponse.builder().build();
        });
    }

    @Override
    public CompletableFuture<AbortMultipartUploadResponse> abortMultipartUpload(AbortMultipartUploadRequest request) {
        return carryOut(request, () -> {
            if (uploads.remove(request.uploadId()) == null) {
                throw S3Exception.builder().statusCode(404).build();
            }
            return AbortMultipartUploadResponse.builder().build();
        });
    }

    @Override
    public CompletableFuture<DeleteObjectResponse> deleteObject(DeleteObjectRequest request) {
        return carryOut(request, () -> {
            objects.remove(request.key());
            return DeleteObjectResponse.builder().build();
        });
    }

    private <T> CompletableFuture<T> carryOut(S3Request request, Supplier<T> operation) {
        requests.add(request);
        String name = request.getClass().getSimpleName().replace("Request", "");
        Answer answer = answers.getOrDefault(name, new Answer(true, CompletableFuture.completedFuture(null)));
        try {
            T response = answer.carriedOut() ? operation.get() : null;
            return answer.when().thenApply(done -> response);
        } catch (S3Exception e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static byte[] bytes(AsyncRequestBody body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        body.subscribe(buffer -> {
                    byte[] chunk = new byte[buffer.remaining()];
                    buffer.get(chunk);
                    bytes.writeBytes(chunk);
                })
                .join();
        return bytes.toByteArray();
    }

    @Override
    public S3ServiceClientConfiguration serviceClientConfiguration() {
        return S3ServiceClientConfiguration.builder()
                .requestChecksumCalculation(checksums)
                .build();
    }

    @Override
    public String serviceName() {
        return "s3";
    }

    @Override
    public void close() {
        throw new IllegalStateException("Not the component's to close");
    }
}
