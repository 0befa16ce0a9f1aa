package io.github.camelsagemaker.async.it.peers;

import io.github.camelsagemaker.async.testinfra.notification.FinishedInvocation;
import io.github.camelsagemaker.async.testinfra.notification.NotificationJson;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;
import software.amazon.awssdk.services.sagemakerruntime.model.InvokeEndpointAsyncRequest;
import software.amazon.awssdk.services.sagemakerruntime.model.InvokeEndpointAsyncResponse;

/**
 * SageMaker beside the peer's S3 and SNS: one endpoint that counts bytes, and fails on what begins with "broken". Results land in
 * {@code s3://peer/out/} and {@code s3://peer/failed/}, and are told to the topic.
 */
final class Endpoint implements SageMakerRuntimeAsyncClient {

    static final String BUCKET = "peer";

    private final Fauxqs peer;
    private final String topicArn;

    Endpoint(Fauxqs peer) {
        this.peer = peer;
        peer.s3.createBucket(create -> create.bucket(BUCKET)).join();
        this.topicArn =
                peer.sns.createTopic(create -> create.name("results")).join().topicArn();
    }

    String topicArn() {
        return topicArn;
    }

    @Override
    public CompletableFuture<InvokeEndpointAsyncResponse> invokeEndpointAsync(InvokeEndpointAsyncRequest request) {
        String id = request.inferenceId() == null ? UUID.randomUUID().toString() : request.inferenceId();
        String extension = request.s3OutputPathExtension() == null ? "" : request.s3OutputPathExtension() + "/";
        String name = request.filename() == null ? UUID.randomUUID() + ".out" : request.filename();
        String output = "out/" + extension + name;
        String failure = "failed/" + name;
        payload(request)
                .thenCompose(payload -> {
                    String text = new String(payload, StandardCharsets.UTF_8);
                    return text.startsWith("broken")
                            ? put(failure, "cannot read this document")
                                    .thenCompose(written -> tell(FinishedInvocation.failed(
                                            request.endpointName(), id, "cannot read this document")))
                            : put(output, payload.length + " bytes")
                                    .thenCompose(written -> tell(
                                            FinishedInvocation.completed(request.endpointName(), id, uri(output))));
                })
                .whenComplete((told, error) -> {
                    if (error != null) {
                        error.printStackTrace();
                    }
                });
        return CompletableFuture.completedFuture(InvokeEndpointAsyncResponse.builder()
                .inferenceId(id)
                .outputLocation(uri(output))
                .failureLocation(uri(failure))
                .build());
    }

    private CompletableFuture<byte[]> payload(InvokeEndpointAsyncRequest request) {
        if (request.body() != null) {
            return CompletableFuture.completedFuture(request.body().asByteArray());
        }
        URI input = URI.create(request.inputLocation());
        return peer.s3
                .getObject(
                        get -> get.bucket(input.getHost()).key(input.getPath().substring(1)),
                        AsyncResponseTransformer.toBytes())
                .thenApply(bytes -> bytes.asByteArray());
    }

    private CompletableFuture<Void> put(String key, String text) {
        return peer.s3
                .putObject(
                        put -> put.bucket(BUCKET).key(key).contentType("text/plain"), AsyncRequestBody.fromString(text))
                .thenAccept(written -> {});
    }

    private CompletableFuture<Void> tell(FinishedInvocation invocation) {
        return peer.sns
                .publish(publish ->
                        publish.topicArn(topicArn).message(NotificationJson.of(invocation, "us-east-1", false)))
                .thenAccept(published -> {});
    }

    private static String uri(String key) {
        return "s3://" + BUCKET + "/" + key;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {
        // the peer's clients are the peer's
    }
}
