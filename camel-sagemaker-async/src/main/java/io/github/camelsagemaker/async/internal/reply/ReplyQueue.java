package io.github.camelsagemaker.async.internal.reply;

import static io.github.camelsagemaker.async.internal.options.OptionCheck.require;

import io.github.camelsagemaker.async.ForeignMessages;
import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.internal.EndpointContext;
import io.github.camelsagemaker.async.internal.PlaceClaims;
import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.aws.Startup;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.concurrent.StartPatience;
import io.github.camelsagemaker.async.internal.sqs.MessageReceiver;
import io.github.camelsagemaker.async.internal.sqs.MessageReceiver.QueueSettings;
import io.github.camelsagemaker.async.internal.sqs.QueueProvisioner;
import io.github.camelsagemaker.async.internal.sqs.QueueProvisioner.NewQueue;
import io.github.camelsagemaker.async.internal.sqs.QueueReference;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.camel.spi.ExecutorServiceManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.SqsResponse;

/**
 * The queue by which a producer finds out about awaited results, between a start and a stop: its own, made at start and removed at
 * stop, or one that is there already. Thread-safe; only the start blocks.
 */
public final class ReplyQueue {

    private static final Logger LOG = LoggerFactory.getLogger(ReplyQueue.class);

    /** The tag of an own queue: until when it is in use, an instant in ISO-8601. */
    public static final String TAG = "camel-sagemaker-async-reply-queue-until";

    private static final int ANSWER_SECONDS = 5;

    private static final String LEFT_BEHIND =
            "A reply queue or its subscriptions may be left behind. The next producer to start with the"
                    + " same notificationQueue removes them when the queue's tag " + TAG + " is over: ";

    /** SQS quotas. */
    private static final int MAX_NAME = 80;

    /** Notifications that nobody received for an hour are of a process that is gone. */
    private static final Map<QueueAttributeName, String> OWN_QUEUE =
            Map.of(QueueAttributeName.MESSAGE_RETENTION_PERIOD, "3600", QueueAttributeName.VISIBILITY_TIMEOUT, "30");

    private final EndpointContext endpoint;
    private final SageMakerAsyncConfiguration options;
    private final PendingReplies waiting;
    private final boolean own;
    private final QueueProvisioner provisioner;

    /** The last time that AWS was asked to find or make it. */
    private volatile CompletableFuture<QueueSettings> asked;

    /** Ends the receiving; null while there is nothing to receive from. */
    private Supplier<CompletableFuture<Void>> ending;

    private volatile boolean closed;

    /** Finds or makes the queue, and begins to receive: now, or when AWS answers. */
    ReplyQueue(EndpointContext endpoint, PendingReplies waiting, StartPatience patience) throws Exception {
        this.endpoint = endpoint;
        this.options = endpoint.options();
        this.waiting = waiting;
        QueueProvisioner.check(options);
        this.own = options.isAutoCreateQueue();
        if (own) {
            String name = options.getNotificationQueue();
            String instance = waiting.path.instance();
            int maxName = MAX_NAME - instance.length() - 1;
            require(
                    name.matches("[a-zA-Z0-9_-]{1," + maxName + "}"),
                    "Option notificationQueue is '" + name
                            + "', but with awaitResult and autoCreateQueue each producer makes a queue of its own, so it must be"
                            + " the beginning of a name: 1 to " + maxName
                            + " letters, digits, hyphens and underscores");
            require(
                    options.getTopicArn() != null,
                    "Options awaitResult and autoCreateQueue make a queue of the producer's own, which would get no"
                            + " notification without the option topicArn: the endpoint's SNS topics");
            Map<QueueAttributeName, String> attributes = QueueProvisioner.encryption(options);
            attributes.putAll(OWN_QUEUE);
            this.provisioner = QueueProvisioner.of(
                    endpoint.clients(),
                    options,
                    new QueueReference(name + "-" + instance, null, null, null),
                    new NewQueue(attributes, Lease.tags(Instant.now()), false, null));
        } else {
            this.provisioner = QueueProvisioner.of(endpoint.clients(), options);
        }
        Startup<QueueSettings> startup = new Startup<>(
                "Endpoint '" + endpoint.name()
                        + "' gets no notifications of awaited results yet, and looks for them in S3" + " every "
                        + options.getResultReconcileInterval() + " ms (option resultReconcileInterval)",
                this::ask,
                this::receive,
                failure -> {},
                LOG::warn,
                () -> closed,
                waiting.workers);
        try {
            startup.begin(ask(), patience);
        } catch (Exception e) {
            // It may have been made: a start that is tried again and again would leave one each time.
            close().exceptionally(logged -> null).join();
            throw e;
        }
    }

    private CompletableFuture<QueueSettings> ask() {
        asked = provisioner.begin(
                options, options.getForeignReplies() == ForeignMessages.LEAVE && !own ? "foreignReplies=LEAVE" : null);
        return asked;
    }

    private synchronized void receive(QueueSettings queue) {
        if (closed) {
            return;
        }
        ExecutorServiceManager executors = endpoint.camel().getExecutorServiceManager();
        ScheduledExecutorService extensions = executors.newSingleThreadScheduledExecutor(
                this, "SageMakerAsyncReplyVisibility[" + endpoint.name() + "]");
        MessageReceiver receiver;
        Runnable giveUp;
        try {
            receiver = new MessageReceiver(
                    endpoint.clients().receives(),
                    endpoint.clients().sqs(),
                    queue,
                    new AsyncSemaphore(options.getMaxInFlight(), Runnable::run),
                    waiting.timer,
                    extensions,
                    this::report);
            // The last that can fail: a claim keeps others away, and a lease that is renewed makes its queue again.
            giveUp = own ? lease(queue.url()) : PlaceClaims.ofQueue(endpoint, null, true, queue.url());
        } catch (RuntimeException e) {
            executors.shutdownNow(extensions);
            throw e;
        }
        receiver.deliverTo(new ReplyMessages(waiting, receiver, own, options.getForeignReplies(), new AtomicBoolean()));
        receiver.open();
        ending = () -> {
            receiver.pause();
            CompletableFuture<Void> stopped = receiver.stop();
            giveUp.run();
            int patience = options.getWaitTimeSeconds() + ANSWER_SECONDS;
            return (own ? provisioner.remove(queue.url()) : stopped.orTimeout(patience, TimeUnit.SECONDS))
                    .whenComplete((done, failure) -> executors.shutdownNow(extensions));
        };
    }

    private void report(Throwable failure, String message) {
        if (message != null) {
            LOG.warn(
                    "Reply queue of endpoint '{}': {}. Until it works, results are looked for in S3 every {} ms"
                            + " (option resultReconcileInterval)",
                    endpoint.name(),
                    message,
                    options.getResultReconcileInterval(),
                    failure);
        }
    }

    /** Keeps the own queue, and removes others' that are over. What is returned ends that. */
    private Runnable lease(String url) {
        Lease lease = new Lease(provisioner, Clock.systemUTC());
        Future<?> renewals = waiting.timer.scheduleAtFixedRate(
                () -> lease.renew(url), 0, Lease.RENEWAL.toMillis(), TimeUnit.MILLISECONDS);
        lease.removeStale(options.getNotificationQueue());
        return () -> renewals.cancel(false);
    }

    /** Also what is being made now; waits {@link #ANSWER_SECONDS} for it. */
    private CompletableFuture<Void> removeUnopened() {
        return own
                ? asked.handle((queue, failure) -> null)
                        .thenCompose(ended -> provisioner.removeIfCreated())
                        .orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                : CompletableFuture.completedFuture(null);
    }

    /** Receives no more. An own queue is removed; of another, messages on their way are given back. Ends when that is done. */
    CompletableFuture<Void> close() {
        Supplier<CompletableFuture<Void>> end;
        synchronized (this) {
            closed = true;
            end = ending == null ? this::removeUnopened : ending;
        }
        return end.get().whenComplete((done, failure) -> {
            if (failure != null) {
                String unanswered =
                        "SQS did not answer the receives of the reply queue at the stop: messages may stay invisible until"
                                + " their visibility timeout is over: ";
                LOG.warn((own ? LEFT_BEHIND : unanswered) + provisioner.queue().name(), failure);
            }
        });
    }

    /**
     * Keeps own queues from piling up. SQS has no queue that expires, so each carries a tag that says until when it is in use. Its
     * process puts that off while it lives; who starts later removes the queues whose time is over. The time is that of SQS's
     * answers, as clocks of nodes may be wrong.
     */
    static final class Lease {

        /** So long a process may be away. */
        private static final Duration TERM = Duration.ofHours(1);

        private static final Duration RENEWAL = Duration.ofMinutes(10);
        private static final Duration TOLERANCE = Duration.ofMinutes(1);
        private static final int PAGE = 1000;

        private final QueueProvisioner queue;
        private final Clock clock;
        private volatile Duration clockOffset = Duration.ZERO;

        /** @param queue makes the queue anew if somebody deleted it */
        Lease(QueueProvisioner queue, Clock clock) {
            this.queue = queue;
            this.clock = clock;
        }

        static Map<String, String> tags(Instant now) {
            return Map.of(TAG, now.plus(TERM).truncatedTo(ChronoUnit.SECONDS).toString());
        }

        /** Takes SQS's time from an answer; false if it is what was thought. */
        private boolean updateOffset(SqsResponse answer) {
            Duration before = clockOffset;
            AwsErrors.timeOf(answer).ifPresent(now -> clockOffset = Duration.between(clock.instant(), now));
            return clockOffset.minus(before).abs().compareTo(TOLERANCE) > 0;
        }

        /** Puts off the end. Ends, never exceptionally, when AWS has answered. */
        CompletableFuture<Void> renew(String url) {
            return Futures.onFailure(mark(url), failure -> {
                        if (failure instanceof QueueDoesNotExistException) {
                            LOG.warn("The reply queue '{}' is gone; it is created again", url);
                            return queue.ensure().thenCompose(this::mark);
                        }
                        return CompletableFuture.failedFuture(failure);
                    })
                    .exceptionally(failure -> {
                        LOG.warn("The reply queue '{}' could not be marked as in use; trying again", url, failure);
                        return null;
                    });
        }

        private CompletableFuture<Void> mark(String url) {
            Map<String, String> tags = tags(clock.instant().plus(clockOffset));
            return Futures.uninterrupted(() -> queue.sqs()
                            .tagQueue(request -> request.queueUrl(url).tags(tags)))
                    .thenCompose(answer -> updateOffset(answer) ? mark(url) : CompletableFuture.completedFuture(null));
        }

        /** Removes own queues of this name whose time is over. What could not be removed is logged, and stays for the next to start. */
        private void removeStale(String name) {
            Pattern reply =
                    Pattern.compile(".*/" + Pattern.quote(name) + "-[0-9a-z]{" + AwaitedPath.INSTANCE_LENGTH + "}");
            List<String> urls = new ArrayList<>();
            Futures.uninterrupted(() -> queue.sqs()
                            .listQueuesPaginator(request ->
                                    request.queueNamePrefix(name + "-").maxResults(PAGE))
                            .queueUrls()
                            .filter(url -> reply.matcher(url).matches())
                            .subscribe(urls::add))
                    .thenCompose(listed -> {
                        CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
                        for (String url : urls) {
                            // One after the other: others may start at the same time, and SQS throttles.
                            all = all.thenCompose(done -> removeIfStale(url));
                        }
                        return all;
                    })
                    .exceptionally(failure -> {
                        LOG.warn(
                                "Reply queues that dead processes left behind, if there are any, were not all removed (their names begin"
                                        + " with '{}-', their tag {} is over)",
                                name,
                                TAG,
                                Futures.unwrap(failure));
                        return null;
                    });
        }

        private CompletableFuture<Void> removeIfStale(String url) {
            CompletableFuture<Void> removed = Futures.uninterrupted(
                            () -> queue.sqs().listQueueTags(request -> request.queueUrl(url)))
                    .thenCompose(answer -> {
                        updateOffset(answer);
                        if (!isOver(answer.tags().get(TAG))) {
                            return CompletableFuture.completedFuture(null);
                        }
                        LOG.info("Removing the reply queue '{}' that a process left behind", url);
                        return queue.remove(url);
                    });
            return Futures.orElse(removed, QueueDoesNotExistException.class, null);
        }

        /** A queue without the tag is none of ours. */
        private boolean isOver(String until) {
            try {
                return until != null
                        && Instant.parse(until).isBefore(clock.instant().plus(clockOffset));
            } catch (DateTimeException e) {
                return false;
            }
        }
    }
}
