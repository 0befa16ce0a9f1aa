package io.github.camelsagemaker.async.benchmarks.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * The bare SDK: receive ten, read their objects if their results are not in them, delete ten with one request, and again. It
 * does not parse results that are in the messages, remembers nothing, and has no error handling.
 */
final class RawQueueLoop {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final SqsAsyncClient sqs;
    private final S3AsyncClient s3;
    private final String url;
    private final Arrivals arrivals;
    private volatile boolean stopped;

    /** @param s3 null if results are in the messages */
    RawQueueLoop(SqsAsyncClient sqs, S3AsyncClient s3, String url, Arrivals arrivals) {
        this.sqs = sqs;
        this.s3 = s3;
        this.url = url;
        this.arrivals = arrivals;
    }

    void start(int receives) {
        for (int i = 0; i < receives; i++) {
            receive();
        }
    }

    void stop() {
        stopped = true;
    }

    private void receive() {
        if (stopped) {
            return;
        }
        sqs.receiveMessage(
                        request -> request.queueUrl(url).maxNumberOfMessages(10).waitTimeSeconds(Queues.WAIT_SECONDS))
                .thenCompose(answer -> handle(answer.messages()))
                .whenComplete((done, failure) -> {
                    if (failure == null) {
                        receive();
                    }
                });
    }

    private CompletableFuture<?> handle(List<Message> messages) {
        if (messages.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<?> read = s3 == null
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.allOf(messages.stream().map(this::read).toArray(CompletableFuture[]::new));
        return read.thenCompose(done -> delete(messages)).thenRun(() -> messages.forEach(m -> arrivals.arrived()));
    }

    private CompletableFuture<?> read(Message message) {
        try {
            JsonNode notification = JSON.readTree(message.body());
            String location = notification
                    .path("responseParameters")
                    .path("outputLocation")
                    .textValue();
            int slash = location.indexOf('/', 5);
            return s3.getObject(
                    get -> get.bucket(location.substring(5, slash)).key(location.substring(slash + 1)),
                    AsyncResponseTransformer.toBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private CompletableFuture<?> delete(List<Message> messages) {
        List<DeleteMessageBatchRequestEntry> entries = new ArrayList<>();
        for (Message message : messages) {
            entries.add(DeleteMessageBatchRequestEntry.builder()
                    .id(String.valueOf(entries.size()))
                    .receiptHandle(message.receiptHandle())
                    .build());
        }
        return sqs.deleteMessageBatch(request -> request.queueUrl(url).entries(entries));
    }
}
