package io.github.camelsagemaker.async.internal.sqs;

import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.sqs.MessageReceiver.QueueSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;

/**
 * Keeps messages invisible to other receivers while they are worked on, and changes when they become visible. One thread of its
 * own looks at all that are held, and asks for more time, up to ten with one request, for those whose time is half over. Time is
 * the JVM's own: a clock that is set does not touch it.
 *
 * <p>Thread-safe; blocks nowhere.
 */
public final class MessageVisibility {

    private static final Logger LOG = LoggerFactory.getLogger(MessageVisibility.class);

    /** SQS quotas: entries in one batch. */
    static final int BATCH = 10;

    /** SQS: a message stays invisible for at most 12 hours from its receive. A little less, because clocks differ. */
    static final Duration SQS_LIMIT = Duration.ofHours(12).minusSeconds(30);

    private static final long LOOKS_PER_TIMEOUT = 4;
    private static final long MIN_PERIOD_MILLIS = 100;

    private final SqsAsyncClient sqs;
    private final String queueUrl;
    private final Duration timeout;
    private final Duration limit;
    private final LongSupplier nanoTime;
    private final Future<?> ticks;
    final Map<QueueMessage, Hold> held = new ConcurrentHashMap<>();

    record Hold(long receivedAt, long invisibleUntil) {}

    /** In how many seconds, 0 to 43200, a message becomes visible. */
    private record Change(QueueMessage message, int seconds) {}

    /** If {@code lost}, the message is no longer this receiver's, and there is no use in trying again. */
    private record Refusal(QueueMessage message, boolean lost, String reason) {}

    /** @param thread where nothing else runs: what blocks it loses messages. Not shut down here; null if nothing is held */
    public MessageVisibility(
            SqsAsyncClient sqs, QueueSettings queue, ScheduledExecutorService thread, LongSupplier nanoTime) {
        this.sqs = sqs;
        this.queueUrl = queue.url();
        this.timeout = queue.visibilityTimeout();
        this.nanoTime = nanoTime;
        this.limit = queue.maxExtension() == null || queue.maxExtension().compareTo(SQS_LIMIT) < 0
                ? queue.maxExtension()
                : SQS_LIMIT;
        long period = Math.max(MIN_PERIOD_MILLIS, timeout.toMillis() / LOOKS_PER_TIMEOUT);
        this.ticks = limit == null
                ? CompletableFuture.completedFuture(null)
                : thread.scheduleWithFixedDelay(this::tick, period, period, TimeUnit.MILLISECONDS);
    }

    /** Holds a message that has just arrived, until it is let go or its visibility is changed; if messages are held at all. */
    void hold(QueueMessage message) {
        if (limit != null) {
            long now = nanoTime.getAsLong();
            held.put(message, new Hold(now, now + timeout.toNanos()));
        }
    }

    void letGo(QueueMessage message) {
        held.remove(message);
    }

    private void tick() {
        try {
            extend();
        } catch (RuntimeException | Error e) {
            // A periodic task that throws is never run again.
            LOG.warn("Messages could not be held; trying again", e);
        }
    }

    void extend() {
        long now = nanoTime.getAsLong();
        List<Change> changes = new ArrayList<>();
        held.forEach((message, hold) -> {
            if (hold.invisibleUntil() - now <= timeout.toNanos() / 2) {
                long rest = Math.min(timeout.toNanos(), hold.receivedAt() + limit.toNanos() - now);
                long seconds = TimeUnit.NANOSECONDS.toSeconds(rest);
                if (seconds < 1 || now + TimeUnit.SECONDS.toNanos(seconds) - hold.invisibleUntil() <= 0) {
                    LOG.warn(
                            "The exchange of {} has taken {} so far, and the message is held no longer (option"
                                    + " maxVisibilityExtension; SQS itself ends at 12 hours). Expect it to be delivered again",
                            message,
                            Duration.ofNanos(now - hold.receivedAt()));
                    letGo(message);
                } else {
                    changes.add(new Change(message, (int) seconds));
                }
            }
        });
        // Set before the answer, so that the next tick does not ask again; a refusal takes it back.
        changes.forEach(change -> invisibleUntil(now + TimeUnit.SECONDS.toNanos(change.seconds()), change.message()));
        send(changes, refusal -> notExtended(refusal, now));
    }

    private void invisibleUntil(long until, QueueMessage message) {
        held.computeIfPresent(message, (m, hold) -> new Hold(hold.receivedAt(), until));
    }

    private void notExtended(Refusal refusal, long askedAt) {
        QueueMessage message = refusal.message();
        if (!refusal.lost()) {
            LOG.warn("{} could not be held, trying again: {}", message, refusal.reason());
            invisibleUntil(askedAt, message);
        } else if (held.remove(message) != null) {
            LOG.warn("{} can be held no longer, and may be delivered again: {}", message, refusal.reason());
        }
    }

    /** Holds them no longer: that would undo it. Ends, never exceptionally, when SQS answered; {@code otherwise} is logged if it refuses. */
    public CompletableFuture<Void> change(List<QueueMessage> messages, int seconds, String otherwise) {
        messages.forEach(this::letGo);
        return send(
                messages.stream().map(message -> new Change(message, seconds)).toList(),
                refusal -> LOG.warn("{} {}: {}", refusal.message(), otherwise, refusal.reason()));
    }

    /**
     * Has a message become visible after twice the time since its first receive, so that it does not use up its receives: after its
     * visibility timeout at least, 15 minutes at most. Both times are SQS's; where an answer has no date, one is this node's, and how
     * far that is off counts twice, within these bounds.
     */
    public CompletableFuture<Void> putOff(QueueMessage message) {
        // An answer's date is in whole seconds.
        Duration age = Duration.between(message.firstReceivedAt(), message.receivedAt())
                .plusSeconds(1);
        long seconds = age.multipliedBy(2).toSeconds();
        return change(
                List.of(message),
                (int) Math.max(timeout.toSeconds(), Math.min(seconds, 900)),
                "keeps its visibility timeout");
    }

    private CompletableFuture<Void> send(List<Change> changes, Consumer<Refusal> refused) {
        CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
        for (int from = 0; from < changes.size(); from += BATCH) {
            List<Change> batch = changes.subList(from, Math.min(from + BATCH, changes.size()));
            all = CompletableFuture.allOf(all, sendBatch(batch, refused));
        }
        return all;
    }

    private CompletableFuture<Void> sendBatch(List<Change> batch, Consumer<Refusal> refused) {
        List<ChangeMessageVisibilityBatchRequestEntry> entries = new ArrayList<>();
        for (Change change : batch) {
            entries.add(ChangeMessageVisibilityBatchRequestEntry.builder()
                    .id(String.valueOf(entries.size()))
                    .receiptHandle(change.message().receiptHandle())
                    .visibilityTimeout(change.seconds())
                    .build());
        }
        return Futures.uninterrupted(() -> sqs.changeMessageVisibilityBatch(
                        request -> request.queueUrl(queueUrl).entries(entries)))
                .thenAccept(answer -> answer.failed()
                        .forEach(error -> refused.accept(new Refusal(
                                batch.get(Integer.parseInt(error.id())).message(),
                                Boolean.TRUE.equals(error.senderFault()),
                                error.code() + ": " + error.message()))))
                .exceptionally(failure -> {
                    String reason = Futures.unwrap(failure).getMessage();
                    batch.forEach(change -> refused.accept(new Refusal(change.message(), false, reason)));
                    return null;
                });
    }

    /** Stops holding. What is held becomes visible when its time is over. */
    public void close() {
        ticks.cancel(false);
        held.clear();
    }
}
