package io.github.camelsagemaker.async.internal.sqs;

import static io.github.camelsagemaker.async.internal.options.OptionCheck.atLeast;
import static io.github.camelsagemaker.async.internal.options.OptionCheck.between;
import static io.github.camelsagemaker.async.internal.options.OptionCheck.mustBe;
import static io.github.camelsagemaker.async.internal.options.OptionCheck.require;

import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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
    private static final Pattern TOPIC =
            Pattern.compile("arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[a-zA-Z0-9_.-]{1,256}");

    /** @throws IllegalArgumentException naming the option, its value and the remedy */
    public static NotificationSettings of(SageMakerAsyncConfiguration options) {
        between("waitTimeSeconds", options.getWaitTimeSeconds(), 0, 20, " seconds");
        between("concurrentConsumers", options.getConcurrentConsumers(), 1, 100, " receives");
        between("visibilityTimeout", options.getVisibilityTimeout(), 1, MAX_VISIBILITY_SECONDS, " seconds");
        long mostExtension = MAX_VISIBILITY_SECONDS * 1000L;
        between("maxVisibilityExtension", options.getMaxVisibilityExtension(), 1, mostExtension, " ms");
        atLeast("reconcileInterval", options.getReconcileInterval(), 0, " ms");
        if (options.getReconcileInterval() > 0) {
            long minAge = options.getReconcileMinAge();
            long maxAge = options.getReconcileMaxAge();
            atLeast("reconcileMinAge", minAge, 0, " ms");
            mustBe(maxAge > minAge, "reconcileMaxAge", maxAge, "more than reconcileMinAge, which is " + minAge + " ms");
        }
        return new NotificationSettings(
                QueueReference.parse(options.getNotificationQueue(), options.getQueueOwnerAWSAccountId()),
                topics(options.getTopicArn()),
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

    private static List<String> topics(String value) {
        List<String> topics = value == null
                ? List.of()
                : Stream.of(value.split(",")).map(String::trim).toList();
        topics.forEach(
                arn -> require(
                        TOPIC.matcher(arn).matches(),
                        "Option topicArn has '" + arn
                                + "', but must hold ARNs of SNS topics (arn:aws:sns:region:account:name), separated by commas"));
        return topics;
    }
}
