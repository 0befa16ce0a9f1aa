package io.github.camelsagemaker.async.internal.reply;

import io.github.camelsagemaker.async.ForeignMessages;
import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.error.MalformedNotificationException;
import io.github.camelsagemaker.async.internal.result.NotificationParser;
import io.github.camelsagemaker.async.internal.result.ResultEvent;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.sqs.MessageReceiver;
import io.github.camelsagemaker.async.internal.sqs.QueueMessage;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes messages of a reply queue. A message is acknowledged when the requests that it is about have ended, or when it comes
 * too late for them; it comes back while its result cannot be read. What is not about this producer's requests is left to
 * other receivers, or acknowledged where there are none.
 *
 * <p>A notification names the output, or, of a failure, often nothing but the inference id. It only says that something
 * landed: what is read is the place that SageMaker named when it accepted the request. Thread-safe; no method blocks, and
 * parsing runs on the workers.
 *
 * @param own whether nobody else receives from the queue: then everything is acknowledged that is not needed here
 * @param foreignReplies what is done with other messages, if somebody else does
 * @param warnedAboutForeign whether it was said that there are some
 */
record ReplyMessages(
        PendingReplies waiting,
        MessageReceiver receiver,
        boolean own,
        ForeignMessages foreignReplies,
        AtomicBoolean warnedAboutForeign)
        implements Function<QueueMessage, CompletableFuture<Void>> {

    private static final Logger LOG = LoggerFactory.getLogger(ReplyMessages.class);

    /** At once would be a busy loop with ourselves. */
    private static final int AGAIN_SECONDS = 1;

    /** Received so often, a message is nobody's who is quick: it comes back less often. */
    private static final int QUICK_RECEIVES = 10;

    private static final int SELDOM_SECONDS = 30;

    enum Fate {
        /** Its request ended, now or before: the notification is of no more use to anybody. */
        OVER,
        /** It is about a request of this producer, and could not be used yet. */
        NOT_YET,
        /** It is not about a request of this producer. */
        FOREIGN
    }

    @Override
    public CompletableFuture<Void> apply(QueueMessage message) {
        return CompletableFuture.supplyAsync(() -> begin(message), waiting.workers)
                .thenCompose(Function.identity())
                .exceptionally(failure -> {
                    LOG.warn(
                            "{} of the reply queue was not handled to the end; it will be delivered again",
                            message,
                            failure);
                    return null;
                });
    }

    private CompletableFuture<Void> begin(QueueMessage message) {
        Set<Fate> fates = EnumSet.noneOf(Fate.class);
        List<ResultEvent> notifications;
        try {
            notifications = NotificationParser.parse(message.body(), unreadable -> fates.add(Fate.FOREIGN)).stream()
                    .map(ResultEvent.Builder::build)
                    .toList();
        } catch (MalformedNotificationException e) {
            LOG.warn("{} of the reply queue {}", message, own ? "is dropped" : "is left to its redrive policy", e);
            return own ? receiver.acknowledger().acknowledge(message) : CompletableFuture.completedFuture(null);
        }
        CompletableFuture<?> all = CompletableFuture.completedFuture(null);
        for (ResultEvent notification : notifications) {
            // One after the other: the message has one permit.
            all = all.thenCompose(done -> take(notification)).thenAccept(fates::add);
        }
        return all.thenCompose(done -> settle(message, fates));
    }

    /** Ends the request that the notification is about, if there is one. Ends, never exceptionally, when that is done. */
    CompletableFuture<Fate> take(ResultEvent event) {
        if (event.status() == null) {
            return takeObject(event.object());
        }
        // Its request is answered first: only then it is known whether and where its result is awaited.
        boolean known = event.outputLocation() != null && waiting.at(event.outputLocation()) != null;
        return known
                ? takeInference(event)
                : waiting.answered(event.inferenceId()).thenCompose(answered -> takeInference(event));
    }

    private CompletableFuture<Fate> takeInference(ResultEvent inference) {
        List<PendingReply> requests = find(inference).stream()
                .filter(request -> inference.endpointName() == null
                        || inference.endpointName().equals(request.endpointName))
                .toList();
        if (requests.isEmpty()) {
            return CompletableFuture.completedFuture(isOurs(inference.outputLocation()) ? Fate.OVER : Fate.FOREIGN);
        }
        PendingReply request = requests.get(0);
        boolean completed = inference.status() == InferenceStatus.COMPLETED;
        boolean namesPlace = inference.outputLocation() != null || inference.failureLocation() != null;
        if (requests.size() > 1 || !namesPlace && request.failure != null && waiting.hasFailedBefore(request)) {
            return lookAtFailures(requests);
        }
        request.seen(completed || request.failure == null ? request.output : request.failure);
        return fate(
                request,
                completed
                        ? waiting.reads.completed(request, inference)
                        : waiting.reads.failed(request, inference.failureReason(), inference.content()));
    }

    /** Several only if exchanges use one inference id at the same time, and the notification names no place. */
    private List<PendingReply> find(ResultEvent inference) {
        if (inference.outputLocation() != null) {
            return Stream.ofNullable(waiting.at(inference.outputLocation())).toList();
        }
        if (inference.failureLocation() != null) {
            return Stream.ofNullable(waiting.source.awaitingFailure(inference.failureLocation()))
                    .toList();
        }
        return waiting.withId(inference.inferenceId());
    }

    private CompletableFuture<Fate> takeObject(S3Location created) {
        PendingReply output = waiting.at(created);
        PendingReply request = output != null ? output : waiting.source.awaitingFailure(created);
        if (request != null) {
            request.seen(created);
            return fate(request, waiting.reads.read(request, created));
        }
        Fate ours = waiting.sending.isEmpty() ? Fate.OVER : Fate.NOT_YET;
        return CompletableFuture.completedFuture(isOurs(created) ? ours : Fate.FOREIGN);
    }

    /** Only their failure objects say which of them failed, or whether an earlier attempt with the same id did. */
    private CompletableFuture<Fate> lookAtFailures(List<PendingReply> requests) {
        return CompletableFuture.allOf(requests.stream()
                        .filter(request -> request.failure != null)
                        .map(request -> fate(request, waiting.reads.read(request, request.failure)))
                        .toArray(CompletableFuture[]::new))
                .thenApply(looked -> Fate.OVER);
    }

    private boolean isOurs(S3Location output) {
        return output != null && waiting.path.reserved(output.key()) != null;
    }

    private static CompletableFuture<Fate> fate(PendingReply request, CompletableFuture<Boolean> read) {
        return read.handle((ended, failure) -> {
            if (failure != null) {
                LOG.debug("{} was notified of, but could not be read", request, failure);
            }
            return failure == null && ended ? Fate.OVER : Fate.NOT_YET;
        });
    }

    private CompletableFuture<Void> settle(QueueMessage message, Set<Fate> fates) {
        if (fates.contains(Fate.NOT_YET)) {
            return receiver.giveBack(message, AGAIN_SECONDS);
        }
        if (!fates.contains(Fate.FOREIGN) || own || foreignReplies == ForeignMessages.ACKNOWLEDGE) {
            return receiver.acknowledger().acknowledge(message);
        }
        if (warnedAboutForeign.compareAndSet(false, true)) {
            LOG.warn(
                    "The reply queue brings notifications about results that are not awaited here. They are left to other"
                            + " receivers, which delays the replies of all. Give each instance a queue of its own"
                            + " (autoCreateQueue with topicArn), or, if nobody else receives from this one, set"
                            + " foreignReplies=ACKNOWLEDGE");
        }
        if (foreignReplies == ForeignMessages.REJECT) {
            return CompletableFuture.completedFuture(null);
        }
        return receiver.giveBack(message, message.receiveCount() < QUICK_RECEIVES ? AGAIN_SECONDS : SELDOM_SECONDS);
    }
}
