package io.github.camelsagemaker.async.internal.sqs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelsagemaker.async.internal.aws.AwsClients;
import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.sqs.MessageReceiver.QueueSettings;
import io.github.camelsagemaker.async.internal.sqs.QueueSubscription.NewQueue;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Finds or creates a queue at start, and waits for that, and for its end: starts and stops of routes are synchronous in Camel. */
public final class QueuePreparation {

    private static final Logger LOG = LoggerFactory.getLogger(QueuePreparation.class);

    private static final long START_TIMEOUT_SECONDS = 60;

    /** SQS's own default, for a queue whose messages would not be invisible at all. */
    private static final Duration LEAST_OWN_VISIBILITY = Duration.ofSeconds(30);

    private QueuePreparation() {}

    /**
     * Prepares the queue that the options name.
     *
     * @param leave the option by which others' messages are left to them, or null if none are
     * @throws Exception if AWS refuses or does not answer
     */
    public static QueueSettings prepare(AwsClients clients, NotificationSettings notifications, String leave)
            throws Exception {
        NewQueue newQueue = notifications.autoCreate() ? NewQueue.lasting(notifications.visibilityTimeout()) : null;
        return prepare(
                clients, notifications, leave, subscription(clients, notifications, notifications.queue(), newQueue));
    }

    public static QueueSubscription subscription(
            AwsClients clients, NotificationSettings notifications, QueueReference queue, NewQueue newQueue) {
        return new QueueSubscription(
                clients.sqs(),
                notifications.topicArns().isEmpty() ? null : clients.sns(),
                queue,
                notifications.topicArns(),
                newQueue);
    }

    /** As above, with a queue of another name or kind. */
    public static QueueSettings prepare(
            AwsClients clients, NotificationSettings notifications, String leave, QueueSubscription subscription)
            throws Exception {
        boolean regionUnsure = notifications.queue().isRegionUnsure(clients.sqs());
        Set<QueueAttributeName> needed = EnumSet.noneOf(QueueAttributeName.class);
        if (notifications.visibilityTimeout() == null) {
            needed.add(QueueAttributeName.VISIBILITY_TIMEOUT);
        }
        if (regionUnsure) {
            needed.add(QueueAttributeName.QUEUE_ARN);
        }
        boolean redrive = leave != null || notifications.reconcileInterval() != null;
        return await(subscription.ensure().thenCompose(url -> attributes(clients.sqs(), url, needed, redrive)
                .thenApply(attributes -> {
                    if (regionUnsure) {
                        notifications.queue().checkArn(attributes.get(QueueAttributeName.QUEUE_ARN));
                    }
                    int maxReceiveCount = maxReceiveCount(attributes.get(QueueAttributeName.REDRIVE_POLICY));
                    if (leave != null && maxReceiveCount > 0) {
                        LOG.warn(
                                "{} has a redrive policy: with {} each receive here counts as one, and after {} of them a"
                                        + " good message of another receiver goes to the dead-letter queue. Give each"
                                        + " a queue of its own",
                                notifications.queue(),
                                leave,
                                maxReceiveCount);
                    }
                    return new QueueSettings(
                            url,
                            notifications.waitTimeSeconds(),
                            visibilityTimeout(notifications, attributes),
                            notifications.maxExtension(),
                            notifications.concurrentReceives(),
                            maxReceiveCount);
                })));
    }

    /** What is needed, and the redrive policy if it may be asked for. */
    private static CompletableFuture<Map<QueueAttributeName, String>> attributes(
            SqsAsyncClient sqs, String url, Set<QueueAttributeName> needed, boolean redrive) {
        Set<QueueAttributeName> wanted = new HashSet<>(needed);
        if (redrive) {
            wanted.add(QueueAttributeName.REDRIVE_POLICY);
        }
        if (wanted.isEmpty()) {
            return CompletableFuture.completedFuture(Map.of());
        }
        return sqs.getQueueAttributes(request -> request.queueUrl(url).attributeNames(wanted))
                .handle((answer, failure) -> {
                    if (failure == null) {
                        return answer.attributes();
                    }
                    RuntimeException translated = AwsErrors.translate(
                            "GetQueueAttributes",
                            "'" + url + "' (option notificationQueue; not asked for with visibilityTimeout)",
                            failure);
                    if (!needed.isEmpty()) {
                        throw translated;
                    }
                    LOG.warn("Whether the queue has a redrive policy could not be told", translated);
                    return Map.of();
                });
    }

    private static Duration visibilityTimeout(
            NotificationSettings notifications, Map<QueueAttributeName, String> attributes) {
        if (notifications.visibilityTimeout() != null) {
            return Duration.ofSeconds(notifications.visibilityTimeout());
        }
        Duration own = Duration.ofSeconds(Long.parseLong(attributes.get(QueueAttributeName.VISIBILITY_TIMEOUT)));
        if (!own.isZero()) {
            return own;
        }
        LOG.warn(
                "{} has a visibility timeout of 0 s: every receive would bring the same messages. It is received from with"
                        + " {} s (option visibilityTimeout)",
                notifications.queue(),
                LEAST_OWN_VISIBILITY.toSeconds());
        return LEAST_OWN_VISIBILITY;
    }

    /** After how many receives a message goes to the dead-letter queue; 0 for never. */
    private static int maxReceiveCount(String redrivePolicy) {
        if (redrivePolicy == null || redrivePolicy.isBlank()) {
            return 0;
        }
        try {
            JsonNode policy = new ObjectMapper().readTree(redrivePolicy);
            return policy.path("maxReceiveCount").asInt(0);
        } catch (JsonProcessingException e) {
            LOG.warn("The queue's redrive policy is no JSON", e);
            return 0;
        }
    }

    private static <T> T await(CompletableFuture<T> queue) throws Exception {
        try {
            return queue.get(START_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw Futures.unwrap(e) instanceof Exception cause ? cause : e;
        } catch (TimeoutException e) {
            queue.cancel(true);
            throw e;
        }
    }

    /** Waits for the end of what a queue has under way. */
    public static void awaitEnd(CompletableFuture<Void> end, int seconds, String otherwise) {
        try {
            end.get(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn(otherwise, e);
        }
    }
}
