package io.github.camelsagemaker.async.internal.sqs;

import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResponse;

/**
 * Deletes handled messages from SQS, up to ten with one request. A message waits at most the linger time for others. A batch
 * can fail in part: each message learns its own result.
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

    /**
     * @param sqs the client, not closed here
     * @param timer for short tasks, not shut down here
     */
    public Acknowledger(SqsAsyncClient sqs, String queueUrl, ScheduledExecutorService timer, Duration linger) {
        this.sqs = sqs;
        this.queueUrl = queueUrl;
        this.timer = timer;
        this.linger = linger;
    }

    private record Entry(QueueMessage message, CompletableFuture<Void> done) {}

    /** Entries that are sent together, and when SQS has answered for them. */
    private record Batch(List<Entry> entries, CompletableFuture<Void> answered) {}

    /** Ends when it is confirmed, exceptionally if it was not: then the message will be delivered again. */
    public CompletableFuture<Void> acknowledge(QueueMessage message) {
        Entry entry = new Entry(message, new CompletableFuture<>());
        send(add(entry));
        return entry.done();
    }

    /** Adds an entry, and tells which batch is to be sent now, if any. */
    private synchronized Batch add(Entry entry) {
        waiting.add(entry);
        if (closed || waiting.size() == MessageVisibility.BATCH) {
            return take();
        }
        if (waiting.size() == 1) {
            List<Entry> entries = waiting;
            try {
                timer.schedule(() -> flush(entries), linger.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException | Error e) { // no timer, or no thread for it
                return take();
            }
        }
        return null;
    }

    /** What waits. It counts as unanswered before it is sent: a close in between would not wait for it. */
    private synchronized Batch take() {
        Batch batch = new Batch(waiting, new CompletableFuture<>());
        waiting = new ArrayList<>();
        unanswered.add(batch.answered());
        return batch;
    }

    private void flush(List<Entry> entries) {
        send(takeIfWaiting(entries));
    }

    private synchronized Batch takeIfWaiting(List<Entry> entries) {
        return waiting == entries ? take() : null;
    }

    private void send(Batch batch) {
        if (batch == null) {
            return;
        }
        delete(batch.entries()).whenComplete((answer, failure) -> {
            if (failure == null) {
                tell(batch.entries(), answer);
            } else {
                tell(batch.entries(), failure);
            }
            unanswered.remove(batch.answered());
            batch.answered().complete(null);
        });
    }

    private CompletableFuture<DeleteMessageBatchResponse> delete(List<Entry> batch) {
        List<DeleteMessageBatchRequestEntry> entries = new ArrayList<>(batch.size());
        for (Entry entry : batch) {
            entries.add(DeleteMessageBatchRequestEntry.builder()
                    .id(String.valueOf(entries.size()))
                    .receiptHandle(entry.message().receiptHandle())
                    .build());
        }
        // All of the batch wait for this, not the caller alone.
        return Futures.call(() ->
                sqs.deleteMessageBatch(request -> request.queueUrl(queueUrl).entries(entries)));
    }

    private static void tell(List<Entry> batch, Throwable failure) {
        batch.forEach(entry -> entry.done()
                .completeExceptionally(AwsErrors.translate("DeleteMessageBatch", entry.message() + "", failure)));
    }

    /** Only what SQS names as deleted is deleted. */
    private static void tell(List<Entry> batch, DeleteMessageBatchResponse answer) {
        Map<String, String> reasons = new HashMap<>();
        answer.failed().forEach(error -> reasons.put(error.id(), error.code()));
        Set<String> deleted = new HashSet<>();
        answer.successful().forEach(entry -> deleted.add(entry.id()));
        for (int i = 0; i < batch.size(); i++) {
            Entry entry = batch.get(i);
            String id = String.valueOf(i);
            if (deleted.contains(id)) {
                entry.done().complete(null);
            } else {
                entry.done()
                        .completeExceptionally(new NotAcknowledgedException(
                                entry.message().toString(), reasons.getOrDefault(id, "SQS did not say why")));
            }
        }
    }

    /** Sends what waits, and from now on sends without waiting. Ends, never exceptionally, when SQS has answered all. */
    public CompletableFuture<Void> close() {
        send(takeLast());
        return CompletableFuture.allOf(unanswered.toArray(CompletableFuture[]::new));
    }

    private synchronized Batch takeLast() {
        closed = true;
        return waiting.isEmpty() ? null : take();
    }
}
