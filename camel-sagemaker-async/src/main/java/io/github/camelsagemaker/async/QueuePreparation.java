package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.client.AwsClients;
import io.github.camelsagemaker.async.error.AwsErrors;
import io.github.camelsagemaker.async.landing.NewQueue;
import io.github.camelsagemaker.async.landing.QueueReference;
import io.github.camelsagemaker.async.landing.QueueSettings;
import io.github.camelsagemaker.async.landing.QueueSubscription;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Finds or creates a queue at start, and waits for that: the start of a route is synchronous in Camel. */
final class QueuePreparation {

    private static final long START_TIMEOUT_SECONDS = 60;

    private QueuePreparation() {}

    /**
     * Prepares the queue that the options name.
     *
     * @throws Exception if AWS refuses or does not answer
     */
    static QueueSettings prepare(AwsClients clients, NotificationSettings notifications) throws Exception {
        NewQueue newQueue = notifications.autoCreate() ? NewQueue.lasting(notifications.visibilityTimeout()) : null;
        return prepare(clients, notifications, subscription(clients, notifications, notifications.queue(), newQueue));
    }

    static QueueSubscription subscription(
            AwsClients clients, NotificationSettings notifications, QueueReference queue, NewQueue newQueue) {
        return new QueueSubscription(
                clients.sqs(),
                notifications.topicArns().isEmpty() ? null : clients.sns(),
                queue,
                notifications.topicArns(),
                newQueue);
    }

    /** As above, with a queue of another name or kind. */
    static QueueSettings prepare(AwsClients clients, NotificationSettings notifications, QueueSubscription subscription)
            throws Exception {
        return await(subscription.ensure().thenCompose(url -> visibilityTimeout(clients.sqs(), notifications, url)
                .thenApply(timeout -> new QueueSettings(
                        url,
                        notifications.waitTimeSeconds(),
                        timeout,
                        notifications.visibilityTimeout() == null,
                        notifications.concurrentReceives()))));
    }

    private static CompletableFuture<Duration> visibilityTimeout(
            SqsAsyncClient sqs, NotificationSettings notifications, String url) {
        if (notifications.visibilityTimeout() != null) {
            return CompletableFuture.completedFuture(Duration.ofSeconds(notifications.visibilityTimeout()));
        }
        return sqs.getQueueAttributes(
                        request -> request.queueUrl(url).attributeNames(QueueAttributeName.VISIBILITY_TIMEOUT))
                .handle((answer, failure) -> {
                    if (failure != null) {
                        throw AwsErrors.translate(
                                "GetQueueAttributes",
                                "'" + url + "' (option notificationQueue; not asked for with visibilityTimeout)",
                                failure);
                    }
                    return Duration.ofSeconds(
                            Long.parseLong(answer.attributes().get(QueueAttributeName.VISIBILITY_TIMEOUT)));
                });
    }

    private static <T> T await(CompletableFuture<T> queue) throws Exception {
        try {
            return queue.get(START_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw AwsErrors.unwrap(e) instanceof Exception cause ? cause : e;
        } catch (TimeoutException e) {
            queue.cancel(true);
            throw e;
        }
    }
}
