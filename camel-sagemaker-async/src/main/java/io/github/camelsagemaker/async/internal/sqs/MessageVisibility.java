package io.github.camelsagemaker.async.internal.sqs;

import io.github.camelsagemaker.async.internal.concurrent.Futures;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResponse;

/** Changes when messages become visible to other receivers, up to ten with one request. Thread-safe; blocks nowhere. */
public final class MessageVisibility {

    /** SQS quotas: entries in one batch. */
    static final int BATCH = 10;

    private final SqsAsyncClient sqs;
    private final String queueUrl;
    private volatile Consumer<QueueMessage> beforeChange = message -> {};

    /** @param sqs the client, not closed here */
    public MessageVisibility(SqsAsyncClient sqs, String queueUrl) {
        this.sqs = sqs;
        this.queueUrl = queueUrl;
    }

    /** Names who holds messages, to hold those no longer that are changed: an extension would undo it. */
    void beforeChange(Consumer<QueueMessage> letGo) {
        beforeChange = letGo;
    }

    /**
     * A wish.
     *
     * @param seconds from now until the message becomes visible, 0 to 43200
     */
    public record Change(QueueMessage message, int seconds) {}

    /**
     * A wish that SQS did not fulfil.
     *
     * @param lost whether the message is no longer this receiver's, so that there is no use in trying again
     */
    public record Refusal(QueueMessage message, boolean lost, String reason) {}

    /** Carries out the changes. Ends, never exceptionally, with those that were refused. */
    public CompletableFuture<List<Refusal>> change(List<Change> changes) {
        changes.forEach(change -> beforeChange.accept(change.message()));
        return extend(changes);
    }

    /** As {@link #change}, for messages that are held on. */
    CompletableFuture<List<Refusal>> extend(List<Change> changes) {
        CompletableFuture<List<Refusal>> all = CompletableFuture.completedFuture(List.of());
        for (int from = 0; from < changes.size(); from += BATCH) {
            List<Change> batch = changes.subList(from, Math.min(from + BATCH, changes.size()));
            all = all.thenCombine(send(batch), MessageVisibility::joined);
        }
        return all;
    }

    private CompletableFuture<List<Refusal>> send(List<Change> batch) {
        List<ChangeMessageVisibilityBatchRequestEntry> entries = new ArrayList<>(batch.size());
        for (Change change : batch) {
            entries.add(ChangeMessageVisibilityBatchRequestEntry.builder()
                    .id(String.valueOf(entries.size()))
                    .receiptHandle(change.message().receiptHandle())
                    .visibilityTimeout(change.seconds())
                    .build());
        }
        return Futures.call(() -> sqs.changeMessageVisibilityBatch(
                        request -> request.queueUrl(queueUrl).entries(entries)))
                .handle((answer, failure) -> failure == null ? refusals(batch, answer) : allRefused(batch, failure));
    }

    private static List<Refusal> refusals(List<Change> batch, ChangeMessageVisibilityBatchResponse answer) {
        List<Refusal> refusals = new ArrayList<>();
        for (BatchResultErrorEntry entry : answer.failed()) {
            QueueMessage message = batch.get(Integer.parseInt(entry.id())).message();
            refusals.add(new Refusal(
                    message, Boolean.TRUE.equals(entry.senderFault()), entry.code() + ": " + entry.message()));
        }
        return refusals;
    }

    private static List<Refusal> allRefused(List<Change> batch, Throwable failure) {
        String reason = Futures.unwrap(failure).getMessage();
        return batch.stream()
                .map(change -> new Refusal(change.message(), false, reason))
                .toList();
    }

    private static List<Refusal> joined(List<Refusal> some, List<Refusal> more) {
        List<Refusal> all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }
}
