package io.github.camelsagemaker.async.benchmarks.micro;

import io.github.camelsagemaker.async.benchmarks.server.Notifications;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesResponse;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageResponse;

/** Answers each receive as soon as there are notifications, and each deletion at once. */
final class ImmediateQueue implements SqsAsyncClient {

    static final String URL = "https://sqs.us-east-1.amazonaws.com/123456789012/results";

    private final int batch;
    private final AtomicLong ids = new AtomicLong();
    private ReceiveMessageResponse ready;
    private CompletableFuture<ReceiveMessageResponse> waiting;

    ImmediateQueue(int batch) {
        this.batch = batch;
    }

    /** A batch of notifications of different results, each with its content. */
    synchronized void deliver(int contentLength) {
        ready = ReceiveMessageResponse.builder()
                .messages(IntStream.range(0, batch)
                        .mapToObj(i -> message(contentLength))
                        .toList())
                .build();
        answer();
    }

    private Message message(int contentLength) {
        String id = "id-" + ids.incrementAndGet();
        return Message.builder()
                .messageId(id)
                .receiptHandle(id)
                .attributes(Map.of(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "1"))
                .body(Notifications.completed("model", "s3://results/out/" + id + ".out", id, contentLength))
                .build();
    }

    private void answer() {
        if (ready != null && waiting != null && waiting.complete(ready)) {
            ready = null;
        }
    }

    @Override
    public synchronized CompletableFuture<ReceiveMessageResponse> receiveMessage(ReceiveMessageRequest request) {
        waiting = new CompletableFuture<>();
        CompletableFuture<ReceiveMessageResponse> answer = waiting;
        answer();
        return answer;
    }

    @Override
    public CompletableFuture<DeleteMessageBatchResponse> deleteMessageBatch(DeleteMessageBatchRequest request) {
        return CompletableFuture.completedFuture(DeleteMessageBatchResponse.builder()
                .successful(request.entries().stream()
                        .map(entry -> DeleteMessageBatchResultEntry.builder()
                                .id(entry.id())
                                .build())
                        .toList())
                .build());
    }

    @Override
    public CompletableFuture<GetQueueAttributesResponse> getQueueAttributes(GetQueueAttributesRequest request) {
        return CompletableFuture.completedFuture(GetQueueAttributesResponse.builder()
                .attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "60"))
                .build());
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
