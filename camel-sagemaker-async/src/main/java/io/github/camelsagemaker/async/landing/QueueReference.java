package io.github.camelsagemaker.async.landing;

import io.github.camelsagemaker.async.error.AwsErrors;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/**
 * An SQS queue as the option {@code notificationQueue} names it: by name, URL or ARN.
 *
 * @param name the queue's name
 * @param ownerAccountId the account that owns it, or null for the caller's
 * @param url its URL, or null if it must be asked for
 */
public record QueueReference(String name, String ownerAccountId, String url) {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,80}(\\.fifo)?");
    private static final Pattern ARN = Pattern.compile("arn:aws[a-z-]*:sqs:[a-z0-9-]+:([0-9]{12}):([a-zA-Z0-9_.-]+)");
    private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");

    /**
     * Reads the options.
     *
     * @param value the option notificationQueue
     * @param ownerAccountId the option queueOwnerAWSAccountId, or null
     * @throws IllegalArgumentException if the value is neither name, URL nor ARN of a queue, or contradicts the owner
     */
    public static QueueReference parse(String value, String ownerAccountId) {
        if (ownerAccountId != null && !ACCOUNT.matcher(ownerAccountId).matches()) {
            throw new IllegalArgumentException(
                    "Option queueOwnerAWSAccountId is '" + ownerAccountId + "', but must be 12 digits");
        }
        if (value.startsWith("https://") || value.startsWith("http://")) {
            return new QueueReference(nameInUrl(value), ownerAccountId, value);
        }
        Matcher arn = ARN.matcher(value);
        if (arn.matches()) {
            if (ownerAccountId != null && !ownerAccountId.equals(arn.group(1))) {
                throw new IllegalArgumentException("Option queueOwnerAWSAccountId is '" + ownerAccountId
                        + "', but the ARN in option notificationQueue says " + arn.group(1));
            }
            return new QueueReference(checkedName(arn.group(2), value), arn.group(1), null);
        }
        return new QueueReference(checkedName(value, value), ownerAccountId, null);
    }

    private static String nameInUrl(String url) {
        try {
            String path = URI.create(url).getPath();
            return checkedName(path.substring(path.lastIndexOf('/') + 1), url);
        } catch (RuntimeException e) {
            throw noQueue(url, e);
        }
    }

    private static String checkedName(String name, String value) {
        if (!NAME.matcher(name).matches()) {
            throw noQueue(value, null);
        }
        return name;
    }

    private static IllegalArgumentException noQueue(String value, RuntimeException cause) {
        return new IllegalArgumentException(
                "Option notificationQueue is '" + value + "', but must be a queue's name (1 to 80 letters, digits,"
                        + " hyphens and underscores), URL or ARN (arn:aws:sqs:region:account:name)",
                cause);
    }

    /** Finds the queue's URL. Ends exceptionally if SQS does not know the queue, or does not answer. */
    public CompletableFuture<String> resolve(SqsAsyncClient sqs) {
        if (url != null) {
            return CompletableFuture.completedFuture(url);
        }
        return sqs.getQueueUrl(request -> request.queueName(name).queueOwnerAWSAccountId(ownerAccountId))
                .handle((answer, failure) -> {
                    if (failure != null) {
                        throw AwsErrors.translate("GetQueueUrl", this + " (option notificationQueue)", failure);
                    }
                    return answer.queueUrl();
                });
    }

    @Override
    public String toString() {
        return "queue '" + name + "'" + (ownerAccountId == null ? "" : " of account " + ownerAccountId);
    }
}
