package io.github.camelsagemaker.async.await;

import io.github.camelsagemaker.async.await.NotificationReplySource.Fate;
import io.github.camelsagemaker.async.internal.sqs.MessageReceiver;
import io.github.camelsagemaker.async.internal.sqs.QueueMessage;
import io.github.camelsagemaker.async.landing.MalformedNotificationException;
import io.github.camelsagemaker.async.landing.Notification;
import io.github.camelsagemaker.async.landing.NotificationParser;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes messages of a reply queue. A message is acknowledged when the requests that it is about have ended, or when it comes
 * too late for them; it comes back while its result cannot be read. What is not about this producer's requests is left to
 * other receivers, or acknowledged where there are none. Thread-safe; parsing runs on the workers.
 */
public final class ReplyMessages implements Function<QueueMessage, CompletableFuture<Void>> {

    private static final Logger LOG = LoggerFactory.getLogger(ReplyMessages.class);

    /** At once would be a busy loop with ourselves. */
    private static final int AGAIN_SECONDS = 1;

    /** Received so often, a message is nobody's who is quick: it comes back less often. */
    private static final int QUICK_RECEIVES = 10;

    private static final int SELDOM_SECONDS = 30;

    private final NotificationParser parser = new NotificationParser();
    private final AtomicBoolean toldForeign = new AtomicBoolean();
    private final LongAdder taken = new LongAdder();
    private final LongAdder foreign = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final NotificationReplySource replies;
    private final MessageReceiver receiver;
    private final boolean own;
    private final ForeignReplies foreignReplies;
    private final Executor workers;

    /**
     * @param own whether nobody else receives from the queue: then everything is acknowledged that is not needed here
     * @param foreignReplies what is done with other messages, if somebody else does
     */
    ReplyMessages(
            NotificationReplySource replies,
            MessageReceiver receiver,
            boolean own,
            ForeignReplies foreignReplies,
            Executor workers) {
        this.replies = replies;
        this.receiver = receiver;
        this.own = own;
        this.foreignReplies = foreignReplies;
        this.workers = workers;
    }

    @Override
    public CompletableFuture<Void> apply(QueueMessage message) {
        return CompletableFuture.supplyAsync(() -> begin(message), workers)
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
        List<Notification> notifications;
        try {
            notifications = parser.parse(message.body());
        } catch (MalformedNotificationException e) {
            refused.increment();
            LOG.warn("{} of the reply queue {}", message, own ? "is dropped" : "is left to its redrive policy", e);
            return own ? acknowledge(message) : CompletableFuture.completedFuture(null);
        }
        Set<Fate> fates = EnumSet.noneOf(Fate.class);
        CompletableFuture<?> all = CompletableFuture.completedFuture(null);
        for (Notification notification : notifications) {
            // One after the other: the message has one permit.
            all = all.thenCompose(done -> replies.take(notification)).thenAccept(fates::add);
        }
        return all.thenCompose(done -> settle(message, fates));
    }

    private CompletableFuture<Void> settle(QueueMessage message, Set<Fate> fates) {
        if (fates.contains(Fate.NOT_YET)) {
            return receiver.giveBack(message, AGAIN_SECONDS);
        }
        if (!fates.contains(Fate.FOREIGN)) {
            taken.increment();
            return acknowledge(message);
        }
        foreign.increment();
        if (own || foreignReplies == ForeignReplies.ACKNOWLEDGE) {
            return acknowledge(message);
        }
        if (toldForeign.compareAndSet(false, true)) {
            LOG.warn(
                    "The reply queue brings notifications about results that are not awaited here. They are left to other"
                            + " receivers, which delays the replies of all. Give each instance a queue of its own"
                            + " (autoCreateQueue with topicArn), or, if nobody else receives from this one, set"
                            + " foreignReplies=ACKNOWLEDGE");
        }
        return receiver.giveBack(message, message.receiveCount() < QUICK_RECEIVES ? AGAIN_SECONDS : SELDOM_SECONDS);
    }

    private CompletableFuture<Void> acknowledge(QueueMessage message) {
        return receiver.acknowledger().acknowledge(message).exceptionally(failure -> {
            LOG.warn("{} of the reply queue could not be acknowledged, and will be delivered again", message, failure);
            return null;
        });
    }

    /** How many messages were acknowledged because their requests ended. */
    public long taken() {
        return taken.sum();
    }

    /** How many messages were not about requests of this producer; each receive counts. */
    public long foreign() {
        return foreign.sum();
    }

    /** How many messages could not be understood; each receive counts. */
    public long refused() {
        return refused.sum();
    }
}
