package io.github.camelsagemaker.async.internal.sqs;

import static io.github.camelsagemaker.async.internal.options.OptionCheck.between;
import static io.github.camelsagemaker.async.internal.options.OptionCheck.require;

import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Checks the options about a queue, of a consumer or of a producer that awaits results. */
public final class QueueOptions {

    private static final int MAX_VISIBILITY_SECONDS = 43_200;
    private static final Pattern TOPIC =
            Pattern.compile("arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[a-zA-Z0-9_.-]{1,256}");

    private QueueOptions() {}

    /** @throws IllegalArgumentException naming the option, its value and the remedy */
    public static void check(SageMakerAsyncConfiguration options) {
        between("waitTimeSeconds", options.getWaitTimeSeconds(), 0, 20, " seconds");
        between("concurrentConsumers", options.getConcurrentConsumers(), 1, 100, " receives");
        between("visibilityTimeout", options.getVisibilityTimeout(), 1, MAX_VISIBILITY_SECONDS, " seconds");
        long mostExtension = MAX_VISIBILITY_SECONDS * 1000L;
        between("maxVisibilityExtension", options.getMaxVisibilityExtension(), 1, mostExtension, " ms");
        QueueReference.parse(options.getNotificationQueue(), options.getQueueOwnerAWSAccountId());
        topics(options);
        RedeliveryBackoff.parse(options.getRedeliveryBackoff());
    }

    static List<String> topics(SageMakerAsyncConfiguration options) {
        List<String> topics = options.getTopicArn() == null
                ? List.of()
                : Stream.of(options.getTopicArn().split(",")).map(String::trim).toList();
        topics.forEach(
                arn -> require(
                        TOPIC.matcher(arn).matches(),
                        "Option topicArn has '" + arn
                                + "', but must hold ARNs of SNS topics (arn:aws:sns:region:account:name), separated by commas"));
        return topics;
    }
}
