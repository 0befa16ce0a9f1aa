package io.github.camelsagemaker.async.internal.reply;

import io.github.camelsagemaker.async.ForeignReplies;
import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.internal.EndpointContext;
import io.github.camelsagemaker.async.internal.aws.AwsClients;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import io.github.camelsagemaker.async.internal.sqs.MessageReceiver;
import io.github.camelsagemaker.async.internal.sqs.MessageReceiver.QueueSettings;
import io.github.camelsagemaker.async.internal.sqs.NotificationSettings;
import io.github.camelsagemaker.async.internal.sqs.QueuePreparation;
import io.github.camelsagemaker.async.internal.sqs.QueuePreparation.NewQueue;
import io.github.camelsagemaker.async.internal.sqs.QueueReference;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.camel.spi.ExecutorServiceManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * The queue by which a producer learns of awaited results, between a start and a stop: its own, made at start and removed at
 * stop, or one that is there already. Thread-safe; only start and {@link #close} block.
 */
final class ReplyQueueSession implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ReplyQueueSession.class);

    private static final int ANSWER_SECONDS = 5;

    private static final String LEFT_BEHIND =
            "A reply queue or its subscriptions may be left behind. The next producer to start with the"
                    + " same notificationQueue removes them when the queue's tag " + ReplyQueueLease.TAG + " is over: ";

    /** SQS quotas. */
    private static final int MAX_NAME = 80;

    /** Notifications that nobody received for an hour are of a process that is gone. */
    private static final Map<QueueAttributeName, String> OWN_QUEUE =
            Map.of(QueueAttributeName.MESSAGE_RETENTION_PERIOD, "3600", QueueAttributeName.VISIBILITY_TIMEOUT, "30");

    private final NotificationSettings notifications;
    private final boolean own;
    private final QueueSettings queue;
    private final MessageReceiver receiver;
    private final ExecutorServiceManager threads;
    private final ScheduledExecutorService extensions;
    private final QueuePreparation made;
    private final Future<?> lease;

    /**
     * Finds or makes the queue, and begins to receive.
     *
     * @throws Exception if AWS refuses or does not answer
     */
    ReplyQueueSession(EndpointContext endpoint, ReplyManager.Waiting waiting) throws Exception {
        SageMakerAsyncConfiguration options = endpoint.options();
        AwsClients clients = endpoint.clients();
        this.notifications = NotificationSettings.of(options);
        this.own = notifications.autoCreate();
        if (own) {
            String name = notifications.queue().name();
            String instance = waiting.path().instance();
            checkOwn(options, instance);
            QueueReference reply = new QueueReference(name + "-" + instance, null, null, null);
            this.made = QueuePreparation.of(
                    clients, notifications, reply, new NewQueue(OWN_QUEUE, ReplyQueueLease.tags(Instant.now()), false));
            try {
                this.queue = made.prepare(notifications, null);
            } catch (Exception e) {
                // It may have been made: a start that is tried again and again would leave one each time.
                QueuePreparation.awaitEnd(made.removeIfMade(), ANSWER_SECONDS, LEFT_BEHIND + reply.name());
                throw e;
            }
            ReplyQueueLease leases = new ReplyQueueLease(clients.sqs(), made, Clock.systemUTC());
            this.lease = leases.keep(queue.url(), waiting.timer());
            leases.removeStale(name);
        } else {
            this.queue = QueuePreparation.prepare(
                    clients,
                    notifications,
                    options.getForeignReplies() == ForeignReplies.LEAVE ? "foreignReplies=LEAVE" : null);
            this.made = null;
            this.lease = CompletableFuture.completedFuture(null);
        }
        this.threads = endpoint.camel().getExecutorServiceManager();
        this.extensions = threads.newSingleThreadScheduledExecutor(this, "SageMakerAsyncReplyVisibility");
        this.receiver = new MessageReceiver(
                clients.sqs(),
                queue,
                new AsyncSemaphore(options.getMaxInFlight()),
                waiting.timer(),
                extensions,
                (message, failure) -> LOG.warn(
                        "Reply queue of endpoint '{}': {}. Until it works, results are looked for in S3 every {} ms (option"
                                + " resultReconcileInterval)",
                        endpoint.name(),
                        message,
                        options.getResultReconcileInterval(),
                        failure));
        receiver.deliverTo(new ReplyMessages(waiting, receiver, own, options.getForeignReplies()));
        receiver.open();
    }

    private static void checkOwn(SageMakerAsyncConfiguration options, String instance) {
        String value = options.getNotificationQueue();
        int maxName = MAX_NAME - instance.length() - 1;
        if (!value.matches("[a-zA-Z0-9_-]{1," + maxName + "}")) {
            throw new IllegalArgumentException("Option notificationQueue is '" + value
                    + "', but with awaitResult and autoCreateQueue each producer makes a queue of its own, so it must be"
                    + " the beginning of a name: 1 to " + maxName + " letters, digits, hyphens and underscores");
        }
        if (options.getTopicArn() == null) {
            throw new IllegalArgumentException(
                    "Options awaitResult and autoCreateQueue make a queue of the producer's own,"
                            + " which would be told of nothing without the option topicArn: the endpoint's SNS topics");
        }
    }

    /** Receives no more. An own queue is removed; of another, messages on their way are given back. */
    @Override
    public void close() {
        lease.cancel(false);
        receiver.pause();
        CompletableFuture<Void> stopped = receiver.stop();
        if (own) {
            QueuePreparation.awaitEnd(made.remove(queue.url()), 2 * ANSWER_SECONDS, LEFT_BEHIND + queue.url());
        } else {
            QueuePreparation.awaitEnd(
                    stopped,
                    notifications.waitTimeSeconds() + ANSWER_SECONDS,
                    "SQS did not answer while the producer stopped: messages of '" + queue.url()
                            + "' may stay invisible until their visibility timeout is over");
        }
        threads.shutdownNow(extensions);
    }
}
