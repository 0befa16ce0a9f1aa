package io.github.camelsagemaker.async.settle;

import io.github.camelsagemaker.async.error.AwsErrors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
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

    /** Deletes the message. Ends when SQS has confirmed it, exceptionally if it did not: then it will be delivered again. */
    public CompletableFuture<Void> acknowledge(QueueMessage message) {
        Entry entry = new Entry(message, new CompletableFuture<>());
        List<Entry> batch = add(entry);
        if (batch != null) {
            send(batch);
        }
        return entry.done();
    }

    /** Adds an entry, and tells which batch is to be sent now, if any. */
    private synchronized List<Entry> add(Entry entry) {
        waiting.add(entry);
        if (closed || waiting.size() == MessageVisibility.BATCH) {
            return take();
        }
        if (waiting.size() == 1) {
            List<Entry> batch = waiting;
            try {
                timer.schedule(() -> flush(batch), linger.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                return take();
            }
        }
        return null;
    }

    private synchronized List<Entry> take() {
        List<Entry> batch = waiting;
        waiting = new ArrayList<>();
        return batch;
    }

    private void flush(List<Entry> batch) {
        synchronized (this) {
            if (waiting != batch) {
                return;
            }
            take();
        }
        send(batch);
    }

    private void send(List<Entry> batch) {
        List<DeleteMessageBatchRequestEntry> entries = new ArrayList<>(batch.size());
        for (Entry entry : batch) {
            entries.add(DeleteMessageBatchRequestEntry.builder()
                    .id(String.valueOf(entries.size()))
                    .receiptHandle(entry.message().receiptHandle())
                    .build());
        }
        CompletableFuture<?> call = sqs.deleteMessageBatch(
                        request -> request.queueUrl(queueUrl).entries(entries))
                .handle((answer, failure) -> {
                    tell(batch, answer, failure);
                    return null;
                });
        unanswered.add(call);
        call.whenComplete((done, failure) -> unanswered.remove(call));
    }

    private static void tell(List<Entry> batch, DeleteMessageBatchResponse answer, Throwable failure) {
        if (failure != null) {
            batch.forEach(entry -> entry.done()
                    .completeExceptionally(AwsErrors.translate("DeleteMessageBatch", entry.message() + "", failure)));
            return;
        }
        Map<String, BatchResultErrorEntry> failed = new HashMap<>();
        answer.failed().forEach(error -> failed.put(error.id(), error));
        for (int i = 0; i < batch.size(); i++) {
            Entry entry = batch.get(i);
            BatchResultErrorEntry error = failed.get(String.valueOf(i));
            if (error == null) {
                entry.done().complete(null);
            } else {
                entry.done().completeExceptionally(new NotAcknowledgedException(entry.message(), error.code()));
            }
        }
    }

    /** Sends what waits, and from now on sends without waiting. Ends, never exceptionally, when SQS has answered all. */
    public CompletableFuture<Void> close() {
        List<Entry> batch;
        synchronized (this) {
            closed = true;
            batch = take();
        }
        if (!batch.isEmpty()) {
            send(batch);
        }
        return CompletableFuture.allOf(unanswered.toArray(CompletableFuture[]::new));
    }
}
