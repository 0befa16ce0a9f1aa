package io.github.camelsagemaker.async;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3ServiceClientConfiguration;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.S3Request;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * The part of S3 that the component uses, for unit tests of rules; routes are tested over real sockets. Small pages,
 * preconditions and error codes are as S3 has them. Calls are obeyed and counted, and can be ordered to fail, or to be answered
 * later.
 */
public final class S3InMemory implements S3AsyncClient {

    private static final String EMPTY = "empty-";

    private final NavigableMap<String, Stored> objects = new TreeMap<>();
    private final Map<String, Map<Integer, byte[]>> uploads = new TreeMap<>();
    private final List<Call> calls = new ArrayList<>();
    private final Map<String, Order> orders = new HashMap<>();
    private final int pageSize;
    private final Executor executor;
    private RequestChecksumCalculation checksums = RequestChecksumCalculation.WHEN_SUPPORTED;
    private boolean hiding;
    private boolean ignoringEtags;
    private int emptyPages;

    public S3InMemory() {
        this(1000);
    }

    public S3InMemory(int pageSize) {
        this(pageSize, Runnable::run);
    }

    /** Answers on threads of this executor, as the SDK does on its own. */
    public S3InMemory(Executor executor) {
        this(1000, executor);
    }

    private S3InMemory(int pageSize, Executor executor) {
        this.pageSize = pageSize;
        this.executor = executor;
    }

    /** An object, whose size may be claimed to be larger than its content. */
    private record Stored(byte[] content, String etag, long size) {

        static Stored of(byte[] content, long size) {
            return new Stored(content, '"' + Integer.toHexString(Arrays.hashCode(content)) + '"', size);
        }
    }

    private record Call(String operation, String name, S3Request request, CompletableFuture<?> answer) {}

    private record Order(boolean carriedOut, CompletableFuture<?> answer) {}

    /** Writes an object. */
    public S3InMemory put(String bucket, String key, String content) {
        return put(bucket, key, content, content.length());
    }

    /** Writes an object that says to have this size. */
    public synchronized S3InMemory put(String bucket, String key, String content, long size) {
        objects.put(bucket + "/" + key, Stored.of(content.getBytes(StandardCharsets.UTF_8), size));
        return this;
    }

    /** Lets every call of the operation about names that begin so fail with this status. */
    public void fail(String operationAndName, int status) {
        fail(operationAndName, status, "Ordered");
    }

    /** Lets every call of the operation about names that begin so fail with this status and error code, which may be null; 0 is a call not sent. */
    public void fail(String operationAndName, int status, String code) {
        instead(operationAndName, CompletableFuture.failedFuture(failure(status, code)));
    }

    /** Lets such calls not be carried out, but answered so. Of several orders the one that says most about the name counts. */
    public synchronized void instead(String operationAndName, CompletableFuture<?> answer) {
        orders.put(operationAndName, new Order(false, answer));
    }

    /** Lets such calls be carried out, but answered only when this ends, and fail as it does. */
    public synchronized void later(String operationAndName, CompletableFuture<?> answer) {
        orders.put(operationAndName, new Order(true, answer));
    }

    /** Takes back what was ordered about calls. */
    public synchronized void recover() {
        orders.clear();
        hiding = false;
    }

    /** Refuses listings, and so does not tell either that an object is not there. */
    public synchronized void denyListings() {
        hiding = true;
        fail("ListObjectsV2", 403, "AccessDenied");
    }

    /** Ignores the ETags of a batch of deletes, as some stores do. */
    public synchronized void ignoreEtagsOfBatches() {
        ignoringEtags = true;
    }

    /** Lets every listing begin with so many pages that hold nothing and say that there is more, as S3 does now and then. */
    public synchronized void beginWithEmptyPages(int pages) {
        emptyPages = pages;
    }

    /** How clients of this S3 treat checksums. */
    public void checksums(RequestChecksumCalculation calculation) {
        checksums = calculation;
    }

    /** The keys there are, with their buckets. */
    public synchronized List<String> keys() {
        return List.copyOf(objects.keySet());
    }

    public synchronized String etag(String name) {
        return objects.get(name).etag;
    }

    public synchronized byte[] content(String name) {
        return objects.get(name).content;
    }

    /** The uploads in parts that are neither completed nor aborted. */
    public synchronized Set<String> uploads() {
        return Set.copyOf(uploads.keySet());
    }

    /** The calls made, such as "GetObject bucket/key". */
    public List<String> calls() {
        return made(call -> call.operation + " " + call.name);
    }

    public List<String> operations() {
        return made(Call::operation);
    }

    public List<S3Request> requests() {
        return made(Call::request);
    }

    private synchronized <T> List<T> made(Function<Call, T> part) {
        return calls.stream().map(part).toList();
    }

    /** What calls of this operation were about, such as "bucket/key". */
    public synchronized List<String> calls(String operation) {
        return calls.stream()
                .filter(call -> call.operation.equals(operation))
                .map(Call::name)
                .toList();
    }

    public synchronized long failed(String operation) {
        return calls.stream()
                .filter(call -> call.operation.equals(operation) && call.answer.isCompletedExceptionally())
                .count();
    }

    /** How many calls of this operation have not failed. */
    public synchronized long succeeded(String operation) {
        return calls(operation).size() - failed(operation);
    }

    @Override
    public CompletableFuture<ListObjectsV2Response> listObjectsV2(ListObjectsV2Request list) {
        String token = list.continuationToken();
        int passed =
                token == null ? 0 : token.startsWith(EMPTY) ? Integer.parseInt(token.substring(EMPTY.length())) : -1;
        String marker = passed >= 0 ? list.startAfter() : token;
        String bucket = list.bucket() + "/";
        String prefix = bucket + list.prefix();
        return call(list, prefix + (token == null ? "" : " token"), () -> {
            if (passed >= 0 && passed < emptyPages) {
                return ListObjectsV2Response.builder()
                        .isTruncated(true)
                        .nextContinuationToken(EMPTY + (passed + 1))
                        .build();
            }
            String after = marker == null ? "" : bucket + marker;
            List<S3Object> found =
                    objects.tailMap(after.compareTo(prefix) > 0 ? after : prefix, true).entrySet().stream()
                            .takeWhile(entry -> entry.getKey().startsWith(prefix))
                            .filter(entry -> !entry.getKey().equals(after))
                            .limit(pageSize + 1L)
                            .map(entry -> listed(entry.getKey().substring(bucket.length()), entry.getValue()))
                            .toList();
            if (list.encodingType() != EncodingType.URL && found.stream().anyMatch(S3InMemory::isNoXml)) {
                throw SdkClientException.create("Could not parse XML response");
            }
            boolean truncated = found.size() > pageSize;
            List<S3Object> contents = found.subList(0, Math.min(pageSize, found.size()));
            return ListObjectsV2Response.builder()
                    .isTruncated(truncated)
                    .nextContinuationToken(
                            truncated ? contents.get(contents.size() - 1).key() : null)
                    .contents(contents)
                    .build();
        });
    }

    private static boolean isNoXml(S3Object object) {
        return object.key().chars().anyMatch(character -> character < ' ');
    }

    private static S3Object listed(String key, Stored stored) {
        return S3Object.builder()
                .key(key)
                .eTag(stored.etag)
                .size(stored.size)
                .lastModified(Instant.EPOCH)
                .build();
    }

    @Override
    public <T> CompletableFuture<T> getObject(
            GetObjectRequest get, AsyncResponseTransformer<GetObjectResponse, T> transformer) {
        return call(get, get.bucket() + "/" + get.key(), () -> find(get.bucket(), get.key(), get.ifMatch()))
                .thenCompose(stored -> {
                    CompletableFuture<T> result = transformer.prepare();
                    transformer.onResponse(GetObjectResponse.builder()
                            .eTag(stored.etag)
                            .contentType("text/plain")
                            .contentLength(stored.size)
                            .metadata(Map.of("owner", "me"))
                            .build());
                    transformer.onStream(SdkPublisher.adapt(AsyncRequestBody.fromBytes(stored.content)));
                    return result;
                });
    }

    @Override
    public CompletableFuture<HeadObjectResponse> headObject(HeadObjectRequest head) {
        return call(head, head.bucket() + "/" + head.key(), () -> {
            Stored stored = find(head.bucket(), head.key(), null);
            return HeadObjectResponse.builder()
                    .eTag(stored.etag)
                    .contentType("text/plain")
                    .contentLength(stored.size)
                    .build();
        });
    }

    @Override
    public CompletableFuture<PutObjectResponse> putObject(PutObjectRequest put, AsyncRequestBody body) {
        String name = put.bucket() + "/" + put.key();
        return call(put, name, () -> {
            byte[] content = bytes(body);
            objects.put(name, Stored.of(content, content.length));
            return PutObjectResponse.builder().eTag(etag(name)).build();
        });
    }

    @Override
    public CompletableFuture<CreateMultipartUploadResponse> createMultipartUpload(CreateMultipartUploadRequest create) {
        String name = create.bucket() + "/" + create.key();
        return call(create, name, () -> {
            uploads.put(name, new TreeMap<>());
            return CreateMultipartUploadResponse.builder().uploadId(name).build();
        });
    }

    @Override
    public CompletableFuture<UploadPartResponse> uploadPart(UploadPartRequest part, AsyncRequestBody body) {
        return call(part, part.bucket() + "/" + part.key(), () -> {
            upload(part.uploadId()).put(part.partNumber(), bytes(body));
            return UploadPartResponse.builder()
                    .eTag("etag-" + part.partNumber())
                    .checksumCRC32(part.checksumAlgorithm() == null ? null : "crc32-" + part.partNumber())
                    .build();
        });
    }

    @Override
    public CompletableFuture<CompleteMultipartUploadResponse> completeMultipartUpload(
            CompleteMultipartUploadRequest complete) {
        String name = complete.bucket() + "/" + complete.key();
        return call(complete, name, () -> {
            Map<Integer, byte[]> parts = upload(complete.uploadId());
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            for (CompletedPart part : complete.multipartUpload().parts()) {
                if (!part.eTag().equals("etag-" + part.partNumber())) {
                    throw new IllegalStateException("wrong ETag of part " + part);
                }
                if (checksums == RequestChecksumCalculation.WHEN_SUPPORTED
                        && !("crc32-" + part.partNumber()).equals(part.checksumCRC32())) {
                    throw new IllegalStateException("no checksum of part " + part);
                }
                whole.writeBytes(parts.get(part.partNumber()));
            }
            uploads.remove(complete.uploadId());
            objects.put(name, Stored.of(whole.toByteArray(), whole.size()));
            return CompleteMultipartUploadResponse.builder().eTag(etag(name)).build();
        });
    }

    @Override
    public CompletableFuture<AbortMultipartUploadResponse> abortMultipartUpload(AbortMultipartUploadRequest abort) {
        return call(abort, abort.bucket() + "/" + abort.key(), () -> {
            upload(abort.uploadId());
            uploads.remove(abort.uploadId());
            return AbortMultipartUploadResponse.builder().build();
        });
    }

    @Override
    public CompletableFuture<DeleteObjectResponse> deleteObject(DeleteObjectRequest delete) {
        String name = delete.bucket() + "/" + delete.key();
        return call(delete, name + (delete.ifMatch() == null ? "" : " if-match"), () -> {
            if (objects.containsKey(name)) {
                find(delete.bucket(), delete.key(), delete.ifMatch());
            }
            objects.remove(name);
            return DeleteObjectResponse.builder().build();
        });
    }

    /** What is ordered about the deletion of one of the objects is told of that object only. */
    @Override
    public CompletableFuture<DeleteObjectsResponse> deleteObjects(DeleteObjectsRequest delete) {
        return call(delete, delete.bucket() + "/", () -> {
            List<DeletedObject> deleted = new ArrayList<>();
            List<S3Error> errors = new ArrayList<>();
            for (ObjectIdentifier object : delete.delete().objects()) {
                String name = delete.bucket() + "/" + object.key();
                boolean isOther = object.eTag() != null
                        && objects.containsKey(name)
                        && !object.eTag().equals(etag(name));
                if (order("DeleteObject " + name).isEmpty() && (ignoringEtags || !isOther)) {
                    objects.remove(name);
                    deleted.add(DeletedObject.builder().key(object.key()).build());
                } else {
                    errors.add(S3Error.builder()
                            .key(object.key())
                            .code(isOther ? "PreconditionFailed" : "AccessDenied")
                            .build());
                }
            }
            return DeleteObjectsResponse.builder()
                    .deleted(deleted)
                    .errors(errors)
                    .build();
        });
    }

    @Override
    public CompletableFuture<CopyObjectResponse> copyObject(CopyObjectRequest copy) {
        String target = copy.destinationBucket() + "/" + copy.destinationKey();
        return call(copy, target, () -> {
            Stored source = find(copy.sourceBucket(), copy.sourceKey(), copy.copySourceIfMatch());
            objects.put(target, source);
            return CopyObjectResponse.builder()
                    .copyObjectResult(result -> result.eTag(source.etag))
                    .build();
        });
    }

    private Stored find(String bucket, String key, String ifMatch) {
        Stored stored = objects.get(bucket + "/" + key);
        if (stored == null) {
            throw hiding ? failure(403, "AccessDenied") : failure(404, "NoSuchKey");
        }
        if (ifMatch != null && !ifMatch.equals(stored.etag)) {
            throw failure(412, "PreconditionFailed");
        }
        return stored;
    }

    private <T> CompletableFuture<T> call(S3Request request, String name, Supplier<T> operation) {
        return CompletableFuture.supplyAsync(() -> answer(request, name, operation), executor)
                .thenCompose(answer -> answer);
    }

    @SuppressWarnings("unchecked") // whoever orders an answer gives one of the operation
    private synchronized <T> CompletableFuture<T> answer(S3Request request, String name, Supplier<T> operation) {
        if (Thread.currentThread().isInterrupted()) { // as the SDK does
            return CompletableFuture.failedFuture(AbortedException.create("Thread was interrupted"));
        }
        String operationName = request.getClass().getSimpleName().replace("Request", "");
        Order order =
                order(operationName + " " + name).orElse(new Order(true, CompletableFuture.completedFuture(null)));
        CompletableFuture<T> answer = (CompletableFuture<T>) order.answer;
        if (order.carriedOut) {
            try {
                T response = operation.get();
                answer = order.answer.thenApply(done -> response);
            } catch (RuntimeException e) {
                answer = CompletableFuture.failedFuture(e);
            }
        }
        calls.add(new Call(operationName, name, request, answer));
        return answer;
    }

    private Optional<Order> order(String call) {
        return orders.entrySet().stream()
                .filter(order -> call.startsWith(order.getKey()))
                .max(Comparator.comparing(order -> order.getKey().length()))
                .map(Map.Entry::getValue);
    }

    private Map<Integer, byte[]> upload(String id) {
        return Optional.ofNullable(uploads.get(id)).orElseThrow(() -> failure(404, "NoSuchUpload"));
    }

    /** Bodies are in memory: what subscribes has them at once. */
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

    private static RuntimeException failure(int status, String code) {
        if (status == 0) {
            return SdkClientException.create("No connection");
        }
        return S3Exception.builder()
                .statusCode(status)
                .requestId("request-1")
                .message(code)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage(code)
                        .build())
                .build();
    }

    @Override
    public S3ServiceClientConfiguration serviceClientConfiguration() {
        return S3ServiceClientConfiguration.builder()
                .requestChecksumCalculation(checksums)
                .build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {
        throw new IllegalStateException("Not the component's to close");
    }
}
