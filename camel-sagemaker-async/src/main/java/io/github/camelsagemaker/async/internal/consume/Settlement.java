package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.internal.result.InferenceResult;
import io.github.camelsagemaker.async.internal.result.ResultEvent;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.sqs.MessageReceiver;
import io.github.camelsagemaker.async.internal.sqs.QueueMessage;
import io.github.camelsagemaker.async.internal.sqs.RedeliveryBackoff;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/**
 * What becomes of a result's source once the unit of work that owns its exchange is over. The source is a message, or, of a
 * result that a listing found, the object itself, which is found again if it stays. {@link #setInputLocation} and {@link #read} may
 * be called first, then exactly one of the others, once. None blocks; the futures end when AWS has answered, exceptionally if it
 * refused.
 */
class Settlement {

    private final ResultEvent event;
    private final ObjectCleanUp objects;
    private final Message message;
    private volatile StoredObject object;
    private volatile S3Location input;
    private volatile InferenceResult result = InferenceResult.NOTHING;
    private volatile boolean cleansUp;

    /** @param message null if a listing found the result */
    Settlement(ResultEvent event, ObjectCleanUp objects, Message message) {
        this.event = event;
        this.objects = objects;
        this.message = message;
        this.input = event.inputLocation();
        this.object = message == null
                ? StoredObject.listed(event)
                : event.object() == null ? null : new StoredObject(event.object(), null, null, null);
    }

    /** Where the request's payload is, if the event does not say that itself; null if not known. */
    void setInputLocation(S3Location payload) {
        input = event.inputLocation() == null ? payload : event.inputLocation();
    }

    /** This version is what goes through the route, also if it was overwritten since it was found: only this may be removed. */
    void read(S3Location location, InferenceResult read) {
        result = read;
        if (message != null || read.etag() != null) {
            Instant lastModified =
                    read.lastModified() == null && event.isListed() ? event.eventTime() : read.lastModified();
            object = new StoredObject(location, read.etag(), lastModified, read.contentLength());
        }
    }

    /**
     * Its exchange succeeded, or it needs none: acknowledge, then delete or move.
     *
     * @param emitted whether the version that is there is the one that was emitted: one that was emitted before is cleaned up, too,
     *     because that may have failed then. Nothing is cleaned up otherwise
     */
    CompletableFuture<Void> handled(boolean emitted) {
        cleansUp = emitted;
        return message == null ? cleanUp() : message.ended(this, false, false);
    }

    /**
     * Leave it for another attempt, which may remove the object: so it waits until nobody reads that any more.
     *
     * @param attempted whether its exchange failed; a result that no route has seen has had no attempt, and what it waits for, a
     *     database mostly, may take long
     */
    CompletableFuture<Void> failed(Throwable cause, boolean attempted) {
        return result.released()
                .thenCompose(done -> message == null
                        ? objects.notDelivered(object, cause, attempted)
                        : message.ended(null, attempted, !attempted));
    }

    /** Neither acknowledge nor count an attempt; {@code held} if somebody has it, which may take long. */
    CompletableFuture<Void> left(boolean held) {
        return message == null ? CompletableFuture.completedFuture(null) : message.ended(null, false, held);
    }

    private CompletableFuture<Void> cleanUp() {
        return cleansUp ? objects.delivered(object, input, result) : CompletableFuture.completedFuture(null);
    }

    /**
     * A message that announced some results. It is deleted after the last of them, if all were handled; only when SQS has confirmed
     * that, their objects are deleted or moved. If one of them was not handled, the message is left to be delivered again; those
     * handled are then known as duplicates. Thread-safe.
     *
     * @param results how many these are, at least one
     * @param acknowledges whether the message is deleted, if all were handled
     * @param ended those that have ended, none at first
     */
    record Message(
            QueueMessage message,
            int results,
            boolean acknowledges,
            MessageReceiver receiver,
            RedeliveryBackoff backoff,
            List<Ended> ended) {

        /** @param part the result, if it was handled */
        record Ended(Settlement part, boolean failed, boolean held) {}

        private CompletableFuture<Void> ended(Settlement part, boolean failed, boolean held) {
            synchronized (ended) {
                ended.add(new Ended(part, failed, held));
                if (ended.size() < results) {
                    // Until then the message's next delivery must not take it for one to clear up.
                    return part == null ? CompletableFuture.completedFuture(null) : part.result.released();
                }
            }
            if (ended.stream().anyMatch(Ended::failed)) {
                OptionalInt seconds = backoff.seconds(message.receiveCount());
                return seconds.isEmpty()
                        ? CompletableFuture.completedFuture(null)
                        : receiver.visibility()
                                .change(
                                        List.of(message),
                                        seconds.getAsInt(),
                                        "keeps its visibility timeout, because redeliveryBackoff could not be applied");
            }
            if (ended.stream().anyMatch(Ended::held)) {
                return receiver.visibility().putOff(message);
            }
            List<Settlement> handled =
                    ended.stream().map(Ended::part).filter(Objects::nonNull).toList();
            if (handled.size() < results) {
                return CompletableFuture.completedFuture(null);
            }
            CompletableFuture<Void> acknowledged = acknowledges
                    ? receiver.acknowledger().acknowledge(message)
                    : CompletableFuture.completedFuture(null);
            return acknowledged
                    .thenApply(deleted -> handled.stream().map(Settlement::cleanUp))
                    .exceptionally(failure -> {
                        // SQS may have deleted the message all the same: a listing does not name the payload.
                        handled.stream()
                                .filter(it -> it.cleansUp)
                                .forEach(it -> it.objects.putOff(it.event, it.input, failure));
                        return handled.stream().map(it -> it.result.released().thenCompose(read -> acknowledged));
                    })
                    .thenCompose(rest -> CompletableFuture.allOf(rest.toArray(CompletableFuture[]::new)));
        }
    }
}
