package io.github.camelsagemaker.async.internal.sqs;

import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sns.SnsAsyncClient;
import software.amazon.awssdk.services.sns.model.InvalidParameterException;
import software.amazon.awssdk.services.sns.model.Subscription;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/**
 * Sees to it at start that the queue exists and is subscribed to the endpoint's topics. Every step finds what an earlier
 * start left behind, so restarts and several nodes do no harm. Others' statements in the queue's policy stay.
 *
 * <p>Thread-safe; blocks nowhere.
 */
public final class QueueSubscription {

    private static final Logger LOG = LoggerFactory.getLogger(QueueSubscription.class);
    private static final String RAW = "RawMessageDelivery";
    private static final Pattern TOPIC =
            Pattern.compile("arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[a-zA-Z0-9_.-]{1,256}");

    private final SqsAsyncClient sqs;
    private final SnsAsyncClient sns;
    private final QueueReference queue;
    private final List<String> topicArns;
    private final NewQueue newQueue;

    /**
     * @param sns the client, not closed here; null without topics
     * @param newQueue what a missing queue becomes, to which the topics are allowed to send; null if it is not created
     */
    public QueueSubscription(
            SqsAsyncClient sqs, SnsAsyncClient sns, QueueReference queue, List<String> topicArns, NewQueue newQueue) {
        this.sqs = sqs;
        this.sns = sns;
        this.queue = queue;
        this.topicArns = topicArns;
        this.newQueue = newQueue;
    }

    /**
     * Reads the option topicArn.
     *
     * @param value ARNs separated by commas, or null
     * @throws IllegalArgumentException if one is no ARN of a topic
     */
    public static List<String> topics(String value) {
        List<String> topics = new ArrayList<>();
        for (String topic : value == null ? new String[0] : value.split(",")) {
            String arn = topic.trim();
            if (!TOPIC.matcher(arn).matches()) {
                throw new IllegalArgumentException("Option topicArn has '" + arn
                        + "', but must hold ARNs of SNS topics (arn:aws:sns:region:account:name), separated by commas");
            }
            topics.add(arn);
        }
        return topics;
    }

    /** Carries it out. Ends with the queue's URL, exceptionally if AWS refuses a step or does not answer. */
    public CompletableFuture<String> ensure() {
        CompletableFuture<String> url = newQueue != null ? findOrCreate() : queue.resolve(sqs);
        if (topicArns.isEmpty()) {
            return url;
        }
        return url.thenCompose(found -> subscribe(found).thenApply(done -> found));
    }

    private CompletableFuture<String> findOrCreate() {
        return new QueueReference(queue.name(), queue.ownerAccountId(), null, null)
                .resolve(sqs)
                .exceptionallyCompose(failure -> isMissing(failure) && queue.ownerAccountId() == null
                        ? createQueue()
                        : CompletableFuture.failedFuture(Futures.unwrap(failure)));
    }

    private static boolean isMissing(Throwable failure) {
        return Futures.unwrap(failure) instanceof SageMakerAsyncException e
                && e.getCause() instanceof QueueDoesNotExistException;
    }

    private CompletableFuture<String> createQueue() {
        return translated(
                        "CreateQueue",
                        queue + " (options notificationQueue and autoCreateQueue)",
                        sqs.createQueue(request -> request.queueName(queue.name())
                                .attributes(newQueue.attributes())
                                .tags(newQueue.tags())))
                .thenApply(created -> {
                    if (newQueue.lasting()) {
                        LOG.warn(
                                "Created {}. It has no redrive policy: a message that cannot be handled comes back until"
                                        + " it expires. Give it a dead-letter queue",
                                queue);
                    }
                    return created.queueUrl();
                });
    }

    private CompletableFuture<Void> subscribe(String url) {
        return translated(
                        "GetQueueAttributes",
                        queue + " (option notificationQueue)",
                        sqs.getQueueAttributes(request -> request.queueUrl(url)
                                .attributeNames(QueueAttributeName.QUEUE_ARN, QueueAttributeName.POLICY)))
                .thenCompose(answer -> {
                    String arn = answer.attributes().get(QueueAttributeName.QUEUE_ARN);
                    CompletableFuture<Void> steps = newQueue != null
                            ? allow(url, arn, answer.attributes().get(QueueAttributeName.POLICY))
                            : CompletableFuture.completedFuture(null);
                    for (String topic : topicArns) {
                        steps = steps.thenCompose(done -> subscribe(topic, arn));
                    }
                    return steps;
                });
    }

    private CompletableFuture<Void> allow(String url, String queueArn, String current) {
        String wanted = QueuePolicy.allowing(topicArns, queueArn, current);
        if (QueuePolicy.same(current, wanted)) {
            return CompletableFuture.completedFuture(null);
        }
        return translated(
                        "SetQueueAttributes",
                        "the policy of " + queue + " (option autoCreateQueue)",
                        sqs.setQueueAttributes(
                                request -> request.queueUrl(url).attributes(Map.of(QueueAttributeName.POLICY, wanted))))
                .thenAccept(done -> LOG.info("Allowed {} to send to {}", topicArns, queue));
    }

    private CompletableFuture<Void> subscribe(String topic, String queueArn) {
        CompletableFuture<Void> subscribed = sns.subscribe(request -> request.topicArn(topic)
                        .protocol("sqs")
                        .endpoint(queueArn)
                        .attributes(Map.of(RAW, "true")))
                .thenAccept(done -> {});
        return translated(
                "Subscribe",
                queue + " to '" + topic + "' (option topicArn)",
                subscribed.exceptionallyCompose(failure -> isSubscribedOtherwise(failure)
                        ? deliverRaw(topic, queueArn, null)
                        : CompletableFuture.failedFuture(failure)));
    }

    /** Subscribing again does nothing, but with other attributes than before it is refused. */
    private static boolean isSubscribedOtherwise(Throwable failure) {
        return Futures.unwrap(failure) instanceof InvalidParameterException refused
                && String.valueOf(refused.getMessage()).contains("already exists");
    }

    private CompletableFuture<Void> deliverRaw(String topic, String queueArn, String nextToken) {
        return sns.listSubscriptionsByTopic(request -> request.topicArn(topic).nextToken(nextToken))
                .thenCompose(page -> {
                    for (Subscription subscription : page.subscriptions()) {
                        if (queueArn.equals(subscription.endpoint())) {
                            return setRaw(subscription.subscriptionArn());
                        }
                    }
                    return page.nextToken() == null
                            ? CompletableFuture.completedFuture(null)
                            : deliverRaw(topic, queueArn, page.nextToken());
                });
    }

    private CompletableFuture<Void> setRaw(String subscriptionArn) {
        return sns.setSubscriptionAttributes(request -> request.subscriptionArn(subscriptionArn)
                        .attributeName(RAW)
                        .attributeValue("true"))
                .thenAccept(done -> {});
    }

    private static <T> CompletableFuture<T> translated(String operation, String target, CompletableFuture<T> call) {
        return call.exceptionally(failure -> {
            throw AwsErrors.translate(operation, target, failure);
        });
    }

    /**
     * What a queue becomes that is created because it is missing.
     *
     * @param attributes its attributes; SQS's defaults apply to the others
     * @param lasting whether it outlives its creator, who is then advised to give it a dead-letter queue
     */
    public record NewQueue(Map<QueueAttributeName, String> attributes, Map<String, String> tags, boolean lasting) {

        /**
         * A queue that stays.
         *
         * @param visibilityTimeout in seconds, or null for SQS's default
         */
        public static NewQueue lasting(Integer visibilityTimeout) {
            Map<QueueAttributeName, String> attributes = visibilityTimeout == null
                    ? Map.of()
                    : Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, visibilityTimeout.toString());
            return new NewQueue(attributes, Map.of(), true);
        }
    }
}
