package io.github.camelsagemaker.async.internal.sqs;

import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.sns.SnsAsyncClient;
import software.amazon.awssdk.services.sns.model.Subscription;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
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

    /** Removes the queue. One that is gone already is no error; else ends exceptionally if AWS refuses a step. */
    public CompletableFuture<Void> remove(String url) {
        return sqs.getQueueAttributes(request -> request.queueUrl(url).attributeNames(QueueAttributeName.QUEUE_ARN))
                .thenCompose(answer -> unsubscribeAll(answer.attributes().get(QueueAttributeName.QUEUE_ARN)))
                .thenCompose(done -> sqs.deleteQueue(request -> request.queueUrl(url)))
                .<Void>thenApply(done -> null)
                .exceptionallyCompose(failure -> Futures.unwrap(failure) instanceof QueueDoesNotExistException
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(AwsErrors.translate(
                                "Removal", "the reply queue '" + url + "' and its subscriptions", failure)));
    }

    private CompletableFuture<Void> unsubscribeAll(String queueArn) {
        return CompletableFuture.allOf(topicArns.stream()
                .map(topic -> unsubscribe(topic, queueArn, null))
                .toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> unsubscribe(String topic, String queueArn, String nextToken) {
        return sns.listSubscriptionsByTopic(request -> request.topicArn(topic).nextToken(nextToken))
                .thenCompose(page -> {
                    for (Subscription subscription : page.subscriptions()) {
                        if (queueArn.equals(subscription.endpoint())) {
                            return sns.unsubscribe(request -> request.subscriptionArn(subscription.subscriptionArn()))
                                    .thenAccept(done -> {});
                        }
                    }
                    return page.nextToken() == null
                            ? CompletableFuture.completedFuture(null)
                            : unsubscribe(topic, queueArn, page.nextToken());
                });
    }
}
