package io.github.camelsagemaker.async.internal.sqs;

import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.sns.SnsAsyncClient;
import software.amazon.awssdk.services.sns.model.NotFoundException;
import software.amazon.awssdk.services.sns.model.Subscription;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/**
 * Takes back what {@link QueueSubscription} made: the queue's subscriptions first, because SNS keeps those of a queue that is
 * gone, then the queue. Thread-safe; blocks nowhere.
 */
public final class QueueRemoval {

    private final SqsAsyncClient sqs;
    private final SnsAsyncClient sns;
    private final List<String> topicArns;

    public QueueRemoval(SqsAsyncClient sqs, SnsAsyncClient sns, List<String> topicArns) {
        this.sqs = sqs;
        this.sns = sns;
        this.topicArns = topicArns;
    }

    /**
     * Removes the queue, whose name nobody else's has: it is random. One that is gone already is no error; else ends exceptionally
     * if AWS refuses a step.
     */
    public CompletableFuture<Void> remove(String url) {
        String name = url.substring(url.lastIndexOf('/') + 1);
        CompletableFuture<Void> subscriptions = removeSubscriptions(name);
        return subscriptions
                .handle((done, failure) -> null) // the queue goes in any case
                .thenCompose(done -> sqs.deleteQueue(request -> request.queueUrl(url)))
                .thenCompose(done -> subscriptions)
                .exceptionallyCompose(failure -> Futures.unwrap(failure) instanceof QueueDoesNotExistException
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(AwsErrors.translate(
                                "Removal", "the reply queue '" + url + "' and its subscriptions", failure)));
    }

    /** The same for a queue of which it is not known whether it was made. */
    public CompletableFuture<Void> removeNamed(String name) {
        return sqs.getQueueUrl(request -> request.queueName(name))
                .thenCompose(answer -> remove(answer.queueUrl()))
                .exceptionallyCompose(failure -> Futures.unwrap(failure) instanceof QueueDoesNotExistException
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(failure));
    }

    private CompletableFuture<Void> removeSubscriptions(String queueName) {
        return CompletableFuture.allOf(topicArns.stream()
                .map(topic -> unsubscribe(topic, ":" + queueName, null))
                .toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> unsubscribe(String topic, String endOfArn, String nextToken) {
        return sns.listSubscriptionsByTopic(request -> request.topicArn(topic).nextToken(nextToken))
                .thenCompose(page -> {
                    for (Subscription subscription : page.subscriptions()) {
                        if (subscription.endpoint().endsWith(endOfArn)) {
                            return sns.unsubscribe(request -> request.subscriptionArn(subscription.subscriptionArn()))
                                    .thenAccept(done -> {});
                        }
                    }
                    return page.nextToken() == null
                            ? CompletableFuture.completedFuture(null)
                            : unsubscribe(topic, endOfArn, page.nextToken());
                })
                .exceptionallyCompose(failure -> Futures.unwrap(failure) instanceof NotFoundException
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(failure));
    }
}
