package io.github.camelsagemaker.async.internal.sqs;

import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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
    private final ScheduledExecutorService timer;
    private final Duration linger;
    private final Set<CompletableFuture<?>> unanswered = ConcurrentHashMap.newKeySet();
    private List<Entry> waiting = new ArrayList<>();
    private boolean closed;

    public Acknowledger(SqsAsyncClient sqs, String queueUrl, ScheduledExecutorService timer, Duration linger) {
        this.sqs = sqs;
        this.queueUrl = queueUrl;
        this.timer = timer;
        this.linger = linger;
    }

    private record Entry(QueueMessage message, CompletableFuture<Void> done) {}

    /** Ends when it is confirmed, exceptionally if it was not: then the message will be delivered again. */
    public CompletableFuture<Void> acknowledge(QueueMessage message) {
        Entry entry = new Entry(message, new CompletableFuture<>());
        // Counts as unanswered before it is sent: a close in between would not wait for it.
        unanswered.add(entry.done());
        entry.done().whenComplete((deleted, failure) -> unanswered.remove(entry.done()));
        send(add(entry));
        return entry.done();
    }

    private synchronized List<Entry> add(Entry entry) {
        List<Entry> batch = waiting;
        batch.add(entry);
        if (closed || batch.size() == MessageVisibility.BATCH) {
            return take(batch);
        }
        if (batch.size() == 1) {
            try {
                timer.schedule(() -> send(take(batch)), linger.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException | Error e) { // no timer, or no thread for it
                return take(batch);
            }
        }
        return List.of();
    }

    /** The batch, if nobody took it before. */
    private synchronized List<Entry> take(List<Entry> batch) {
        if (waiting != batch) {
            return List.of();
        }
        waiting = new ArrayList<>();
        return batch;
    }

    private void send(List<Entry> batch) {
        if (batch.isEmpty()) {
            return;
        }
        List<DeleteMessageBatchRequestEntry> entries = new ArrayList<>();
        for (Entry entry : batch) {
            entries.add(DeleteMessageBatchRequestEntry.builder()
                    .id(String.valueOf(entries.size()))
                    .receiptHandle(entry.message().receiptHandle())
                    .build());
        }
        // All of the batch wait for this, not the caller alone.
        Futures.uninterrupted(() -> sqs.deleteMessageBatch(
                        request -> request.queueUrl(queueUrl).entries(entries)))
                .whenComplete((answer, failure) -> complete(batch, answer, failure));
    }

    /** Only what SQS names as deleted is deleted. */
    private static void complete(List<Entry> entries, DeleteMessageBatchResponse answer, Throwable failure) {
        for (int i = 0; i < entries.size(); i++) {
            QueueMessage message = entries.get(i).message();
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
        List<Entry> last;
        synchronized (this) {
            closed = true;
            last = take(waiting);
        }
        send(last);
        return CompletableFuture.allOf(unanswered.toArray(CompletableFuture[]::new))
                .exceptionally(failure -> null);
    }
}
