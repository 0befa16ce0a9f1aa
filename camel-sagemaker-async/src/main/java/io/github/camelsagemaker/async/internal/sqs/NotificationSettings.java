package io.github.camelsagemaker.async.internal.sqs;

import static io.github.camelsagemaker.async.internal.options.OptionCheck.atLeast;
import static io.github.camelsagemaker.async.internal.options.OptionCheck.between;

import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import java.time.Duration;
import java.util.List;

/**
 * The checked options of a consumer about its queue.
 *
 * @param maxExtension how long from its receive a message is held, or null if messages are not held
 * @param visibilityTimeout how long a received message is invisible, or null for the queue's own
 * @param reconcileInterval how often S3 is listed, or null for never
 */
public record NotificationSettings(
        QueueReference queue,
        List<String> topicArns,
        boolean autoCreate,
        Duration maxExtension,
        int waitTimeSeconds,
        Integer visibilityTimeout,
        int concurrentReceives,
        RedeliveryBackoff backoff,
        Duration reconcileInterval,
        Duration reconcileMinAge,
        Duration reconcileMaxAge) {

    private static final int MAX_VISIBILITY_SECONDS = 43_200;

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException naming the option, its value and the remedy
     */
    public static NotificationSettings of(SageMakerAsyncConfiguration options) {
        between("waitTimeSeconds", options.getWaitTimeSeconds(), 0, 20, " seconds");
        between("concurrentConsumers", options.getConcurrentConsumers(), 1, 100, " receives");
        between("visibilityTimeout", options.getVisibilityTimeout(), 1, MAX_VISIBILITY_SECONDS, " seconds");
        between(
                "maxVisibilityExtension",
                options.getMaxVisibilityExtension(),
                1,
                MAX_VISIBILITY_SECONDS * 1000L,
                " ms");
        atLeast("reconcileInterval", options.getReconcileInterval(), 0, " ms");
        if (options.getReconcileInterval() > 0) {
            checkReconciliation(options);
        }
        return new NotificationSettings(
                QueueReference.parse(options.getNotificationQueue(), options.getQueueOwnerAWSAccountId()),
                QueueSubscription.topics(options.getTopicArn()),
                options.isAutoCreateQueue(),
                options.isExtendMessageVisibility() ? Duration.ofMillis(options.getMaxVisibilityExtension()) : null,
                options.getWaitTimeSeconds(),
                options.getVisibilityTimeout(),
                options.getConcurrentConsumers(),
                RedeliveryBackoff.parse(options.getRedeliveryBackoff()),
                options.getReconcileInterval() == 0 ? null : Duration.ofMillis(options.getReconcileInterval()),
                Duration.ofMillis(options.getReconcileMinAge()),
                Duration.ofMillis(options.getReconcileMaxAge()));
    }

    private static void checkReconciliation(SageMakerAsyncConfiguration options) {
        atLeast("reconcileMinAge", options.getReconcileMinAge(), 0, " ms");
        if (options.getReconcileMaxAge() <= options.getReconcileMinAge()) {
            throw new IllegalArgumentException("Option reconcileMaxAge is " + options.getReconcileMaxAge()
                    + " ms, but must be more than reconcileMinAge, which is " + options.getReconcileMinAge() + " ms");
        }
    }
}
