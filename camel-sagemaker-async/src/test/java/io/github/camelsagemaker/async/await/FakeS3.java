package io.github.camelsagemaker.async.await;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** One bucket in memory that counts what it is asked. Answers on another thread, as the SDK does. */
final class FakeS3 implements S3AsyncClient {

    final Map<String, String> objects = new ConcurrentSkipListMap<>();
    final AtomicInteger found = new AtomicInteger();
    final AtomicInteger absent = new AtomicInteger();
    final AtomicInteger lists = new AtomicInteger();
    final AtomicInteger deletes = new AtomicInteger();
    final List<String> undeletable = new ArrayList<>();
    final ConcurrentLinkedQueue<String> read = new ConcurrentLinkedQueue<>();

    private final Executor answers;
    volatile int absentStatus = 404;
    volatile int listStatus = 200;
    /** So many pages without an object precede the first: only their tokens lead there. */
    volatile int emptyPages;

    volatile int forbiddenStatus = 403;
    volatile String forbiddenCode = "Forbidden";
    volatile String listCode = "AccessDenied";
    volatile Predicate<String> forbidden = key -> false;

    FakeS3(Executor answers) {
        this.answers = answers;
    }

    void land(String key, String content) {
        objects.put(key, content);
    }

    @Override
    public <T> CompletableFuture<T> getObject(
            GetObjectRequest request, AsyncResponseTransformer<GetObjectResponse, T> transformer) {
        CompletableFuture<T> answer = transformer.prepare();
        answers.execute(() -> {
            String content = objects.get(request.key());
            read.add(request.key());
            if (content == null) {
                absent.incrementAndGet();
                answer.completeExceptionally(error(absentStatus, absentStatus == 404 ? "NoSuchKey" : "AccessDenied"));
            } else if (forbidden.test(request.key())) {
                absent.incrementAndGet();
                answer.completeExceptionally(error(forbiddenStatus, forbiddenCode));
            } else {
                found.incrementAndGet();
                byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
                transformer.onResponse(GetObjectResponse.builder()
                        .contentType("text/plain")
                        .contentLength((long) bytes.length)
                        .eTag("\"e\"")
                        .metadata(Map.of())
                        .build());
                transformer.onStream(
                        SdkPublisher.adapt(subscriber -> SdkPublisher.fromIterable(List.of(ByteBuffer.wrap(bytes)))
                                .subscribe(subscriber)));
            }
        });
        return answer;
    }

    @Override
    public CompletableFuture<ListObjectsV2Response> listObjectsV2(ListObjectsV2Request request) {
        lists.incrementAndGet();
        CompletableFuture<ListObjectsV2Response> answer = new CompletableFuture<>();
        answers.execute(() -> {
            if (listStatus != 200) {
                answer.completeExceptionally(error(listStatus, listStatus == 403 ? listCode : "InternalError"));
                return;
            }
            String token = request.continuationToken();
            int passed =
                    token == null ? 0 : token.startsWith("empty-") ? Integer.parseInt(token.substring(6)) : emptyPages;
            if (passed < emptyPages) {
                answer.complete(ListObjectsV2Response.builder()
                        .isTruncated(true)
                        .nextContinuationToken("empty-" + (passed + 1))
                        .build());
                return;
            }
            String marker = token == null || token.startsWith("empty-") ? request.startAfter() : token;
            String after = marker == null ? "" : marker;
            List<S3Object> page = objects.keySet().stream()
                    .filter(key -> key.startsWith(request.prefix()) && key.compareTo(after) > 0)
                    .limit(1001)
                    .map(key -> S3Object.builder().key(key).build())
                    .toList();
            if (request.encodingType() != EncodingType.URL && page.stream().anyMatch(FakeS3::isNoXml)) {
                answer.completeExceptionally(SdkClientException.create("Could not parse XML response"));
                return;
            }
            List<S3Object> contents = page.subList(0, Math.min(1000, page.size()));
            answer.complete(ListObjectsV2Response.builder()
                    .contents(contents)
                    .isTruncated(page.size() > 1000)
                    .nextContinuationToken(
                            page.size() > 1000
                                    ? contents.get(contents.size() - 1).key()
                                    : null)
                    .build());
        });
        return answer;
    }

    @Override
    public CompletableFuture<DeleteObjectsResponse> deleteObjects(DeleteObjectsRequest request) {
        deletes.incrementAndGet();
        return CompletableFuture.supplyAsync(
                () -> {
                    List<S3Error> errors = new ArrayList<>();
                    request.delete().objects().forEach(object -> {
                        if (undeletable.contains(object.key())) {
                            errors.add(S3Error.builder()
                                    .key(object.key())
                                    .code("AccessDenied")
                                    .build());
                        } else {
                            objects.remove(object.key());
                        }
                    });
                    return DeleteObjectsResponse.builder().errors(errors).build();
                },
                answers);
    }

    private static boolean isNoXml(S3Object object) {
        return object.key().chars().anyMatch(character -> character < ' ');
    }

    /** Status 0 is a call that was not sent, and no code an answer of something on the way. */
    private static SdkException error(int status, String code) {
        if (status == 0) {
            return SdkClientException.create("No connection");
        }
        return S3Exception.builder()
                .statusCode(status)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage(code)
                        .build())
                .message(code)
                .build();
    }

    @Override
    public String serviceName() {
        return "s3";
    }

    @Override
    public void close() {
        // nothing is open
    }
}
