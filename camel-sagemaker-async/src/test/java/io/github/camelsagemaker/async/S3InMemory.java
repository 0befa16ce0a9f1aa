package io.github.camelsagemaker.async;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The part of S3 that consumers use, for unit tests of rules; routes are tested over real sockets. Small pages, preconditions
 * and error codes are as S3 has them. {@link #calls} tells what was asked for.
 */
public final class S3InMemory implements S3AsyncClient {

    private final NavigableMap<String, Stored> objects = new TreeMap<>();
    private final List<String> calls = new ArrayList<>();
    private final int pageSize;
    private boolean pretending;
    private Map<String, RuntimeException> failing = Map.of();
    private int emptyPages;

    public S3InMemory() {
        this(1000);
    }

    public S3InMemory(int pageSize) {
        this.pageSize = pageSize;
    }

    /** An object, whose size may be claimed to be larger than its content. */
    private record Stored(byte[] content, String etag, long size) {}

    /** Writes an object. */
    public S3InMemory put(String bucket, String key, String content) {
        return put(bucket, key, content, content.length());
    }

    /** Writes an object that says to have this size. */
    public synchronized S3InMemory put(String bucket, String key, String content, long size) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        objects.put(bucket + "/" + key, new Stored(bytes, '"' + Integer.toHexString(content.hashCode()) + '"', size));
        return this;
    }

    /** Lets every call of the operation about names that begin so fail with this status. */
    public synchronized void fail(String operationAndName, int status) {
        fail(operationAndName, status, "Ordered");
    }

    /** Lets every call of the operation about names that begin so fail with this status and error code, which may be null. */
    public synchronized void fail(String operationAndName, int status, String code) {
        failing = Map.of(operationAndName, failure(status, code));
    }

    /** Lets this many listings find nothing and say that there is more, as S3 does now and then. */
    public synchronized void emptyPagesFirst(int pages) {
        emptyPages = pages;
    }

    /** From now on copies are answered, but not made, as by a proxy on the way. */
    public synchronized void pretendCopies() {
        pretending = true;
    }

    /** The keys there are, with their buckets. */
    public synchronized List<String> keys() {
        return List.copyOf(objects.keySet());
    }

    /** The calls made, such as "GetObject bucket/key". */
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    public synchronized String etag(String name) {
        return objects.get(name).etag;
    }

    @Override
    public CompletableFuture<ListObjectsV2Response> listObjectsV2(ListObjectsV2Request list) {
        String token = list.continuationToken();
        String marker = token == null ? list.startAfter() : token;
        return call("ListObjectsV2", list.bucket() + "/" + list.prefix() + (token == null ? "" : " token"), () -> {
            if (emptyPages > 0) {
                emptyPages--;
                return ListObjectsV2Response.builder()
                        .isTruncated(true)
                        .nextContinuationToken(emptyPages > 10 ? "same" : list.prefix() + (100 - emptyPages))
                        .build();
            }
            String bucket = list.bucket() + "/";
            List<S3Object> found = objects.entrySet().stream()
                    .filter(entry -> entry.getKey().startsWith(bucket + list.prefix()))
                    .filter(entry -> marker == null || entry.getKey().compareTo(bucket + marker) > 0)
                    .limit(pageSize + 1L)
                    .map(entry -> listed(entry.getKey().substring(bucket.length()), entry.getValue()))
                    .toList();
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
        return call("GetObject", get.bucket() + "/" + get.key(), () -> find(get.bucket(), get.key(), get.ifMatch()))
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
        return call("HeadObject", head.bucket() + "/" + head.key(), () -> {
            Stored stored = find(head.bucket(), head.key(), null);
            return HeadObjectResponse.builder()
                    .eTag(stored.etag)
                    .contentType("text/plain")
                    .contentLength(stored.size)
                    .build();
        });
    }

    @Override
    public CompletableFuture<DeleteObjectResponse> deleteObject(DeleteObjectRequest delete) {
        String name = delete.bucket() + "/" + delete.key();
        return call("DeleteObject", name + (delete.ifMatch() == null ? "" : " if-match"), () -> {
            if (objects.containsKey(name)) {
                find(delete.bucket(), delete.key(), delete.ifMatch());
            }
            objects.remove(name);
            return DeleteObjectResponse.builder().build();
        });
    }

    @Override
    public CompletableFuture<CopyObjectResponse> copyObject(CopyObjectRequest copy) {
        String target = copy.destinationBucket() + "/" + copy.destinationKey();
        return call("CopyObject", target, () -> {
            if (pretending) {
                return CopyObjectResponse.builder().build();
            }
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
            throw failure(404, "NoSuchKey");
        }
        if (ifMatch != null && !ifMatch.equals(stored.etag)) {
            throw failure(412, "PreconditionFailed");
        }
        return stored;
    }

    private synchronized <T> CompletableFuture<T> call(String operation, String name, Supplier<T> answer) {
        String call = operation + " " + name;
        calls.add(call);
        for (Map.Entry<String, RuntimeException> failure : failing.entrySet()) {
            if (call.startsWith(failure.getKey())) {
                return CompletableFuture.failedFuture(failure.getValue());
            }
        }
        try {
            return CompletableFuture.completedFuture(answer.get());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static RuntimeException failure(int status, String code) {
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
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
