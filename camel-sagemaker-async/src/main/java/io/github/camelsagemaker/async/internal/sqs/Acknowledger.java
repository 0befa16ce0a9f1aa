package io.github.camelsagemaker.async.internal.sqs;

import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Batcher;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.camel.RuntimeCamelException;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResponse;

/**
 * Deletes handled messages from SQS, up to ten with one request. A message waits at most the linger time for others. A batch
 * can fail in part: each message has a result of its own.
 *
 * <p>Thread-safe; blocks nowhere.
 */
public final class Acknowledger {

    private final SqsAsyncClient sqs;
    private final String queueUrl;
    private final Batcher<QueueMessage> batches;

    public Acknowledger(SqsAsyncClient sqs, String queueUrl, ScheduledExecutorService timer, Duration linger) {
        this.sqs = sqs;
        this.queueUrl = queueUrl;
        this.batches = new Batcher<>(MessageVisibility.BATCH, linger, timer, this::send);
    }

    /** Ends when it is confirmed, exceptionally if it was not: then the message will be delivered again. */
    public CompletableFuture<Void> acknowledge(QueueMessage message) {
        return batches.add(message);
    }

    private void send(List<Batcher.Entry<QueueMessage>> batch) {
        List<DeleteMessageBatchRequestEntry> entries = new ArrayList<>();
        for (Batcher.Entry<QueueMessage> entry : batch) {
            entries.add(DeleteMessageBatchRequestEntry.builder()
                    .id(String.valueOf(entries.size()))
                    .receiptHandle(entry.item().receiptHandle())
                    .build());
        }
        // All of the batch wait for this, not the caller alone.
        Futures.uninterrupted(() -> sqs.deleteMessageBatch(
                        request -> request.queueUrl(queueUrl).entries(entries)))
                .whenComplete((answer, failure) -> complete(batch, answer, failure));
    }

    /** Only what SQS names as deleted is deleted. */
    private static void complete(
            List<Batcher.Entry<QueueMessage>> entries, DeleteMessageBatchResponse answer, Throwable failure) {
        for (int i = 0; i < entries.size(); i++) {
            QueueMessage message = entries.get(i).item();
            CompletableFuture<Void> done = entries.get(i).done();
            String id = String.valueOf(i);
            if (failure != null) {
                done.completeExceptionally(AwsErrors.translate("DeleteMessageBatch", message.toString(), failure));
            } else if (answer.successful().stream().anyMatch(deleted -> id.equals(deleted.id()))) {
                done.complete(null);
            } else {
                String reason = answer.failed().stream()
                        .filter(error -> id.equals(error.id()))
                        .findFirst()
                        .map(error -> error.code())
                        .orElse("SQS did not say why");
                done.completeExceptionally(new RuntimeCamelException("DeleteMessageBatch did not delete " + message
                        + ": " + reason + ". It will be delivered again and dropped as a duplicate; its object"
                        + " in S3 is kept until then"));
            }
        }
    }

    /** Sends what waits, and from now on sends without waiting. Ends, never exceptionally, when SQS has answered all. */
    public CompletableFuture<Void> close() {
        return batches.close();
    }
}
