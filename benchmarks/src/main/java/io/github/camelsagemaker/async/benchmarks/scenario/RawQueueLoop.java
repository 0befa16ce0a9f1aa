package io.github.camelsagemaker.async.benchmarks.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * The bare SDK: receive ten, read their objects if their results are not in them, delete ten with one request, and again. It
 * does not parse results that are in the messages, remembers nothing, and has no error handling.
 *
 * <p>Or, if it is to be careful, what a team writes by hand that knows what can happen: each notification is read, failures
 * are told from results, a result in it is decoded, what was handled before is not handled again.
 */
final class RawQueueLoop {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int REMEMBERED = 10_000;

    private final SqsAsyncClient sqs;
    private final S3AsyncClient s3;
    private final String url;
    private final Arrivals arrivals;
    private final boolean careful;
    private final Set<String> handled = Collections.synchronizedSet(Collections.newSetFromMap(new Lru()));
    private volatile boolean stopped;

    /** @param s3 null if results are in the messages */
    RawQueueLoop(SqsAsyncClient sqs, S3AsyncClient s3, String url, Arrivals arrivals, boolean careful) {
        this.sqs = sqs;
        this.s3 = s3;
        this.url = url;
        this.arrivals = arrivals;
        this.careful = careful;
    }

    private static final class Lru extends LinkedHashMap<String, Boolean> {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
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
        return CompletableFuture.allOf(messages.stream().map(this::result).toArray(CompletableFuture[]::new))
                .thenCompose(done -> delete(messages));
    }

    /** Ends when the message's result was handled. */
    private CompletableFuture<?> result(Message message) {
        if (s3 == null && !careful) {
            arrivals.arrived();
            return CompletableFuture.completedFuture(null);
        }
        JsonNode notification = parsed(message);
        String location =
                notification.path("responseParameters").path("outputLocation").textValue();
        if (careful && !isNewResult(notification, location)) {
            return CompletableFuture.completedFuture(null);
        }
        if (s3 == null) {
            String content = notification.path("responseBody").path("content").textValue();
            arrived(Base64.getDecoder().decode(content));
            return CompletableFuture.completedFuture(null);
        }
        int slash = location.indexOf('/', 5);
        return s3.getObject(
                        get -> get.bucket(location.substring(5, slash)).key(location.substring(slash + 1)),
                        AsyncResponseTransformer.toBytes())
                .thenAccept(result -> arrived(result.asByteArrayUnsafe()));
    }

    private boolean isNewResult(JsonNode notification, String location) {
        return "Completed".equals(notification.path("invocationStatus").textValue())
                && handled.add(notification.path("inferenceId").textValue() + ' ' + location);
    }

    private void arrived(byte[] result) {
        if (result.length != Queues.RESULT_BYTES) {
            throw new IllegalStateException("The result is not whole");
        }
        arrivals.arrived();
    }

    private static JsonNode parsed(Message message) {
        try {
            return JSON.readTree(message.body());
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
