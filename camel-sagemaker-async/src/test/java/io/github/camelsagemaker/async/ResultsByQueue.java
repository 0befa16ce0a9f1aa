package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.notification.FinishedInvocation;
import io.github.camelsagemaker.async.testinfra.notification.NotificationJson;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.impl.DefaultCamelContext;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/** A queue and a bucket of its own for a test of the queue consumer, and messages as SageMaker sends them. */
final class ResultsByQueue {

    final LocalAws aws;
    final String bucket = "results-" + UUID.randomUUID();
    final String queue = "queue-" + UUID.randomUUID();
    final String queueUrl;

    ResultsByQueue(LocalAws aws) {
        this(aws, Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "30"));
    }

    ResultsByQueue(LocalAws aws, Map<QueueAttributeName, String> attributes) {
        this.aws = aws;
        aws.createBucket(bucket);
        this.queueUrl = sqs().createQueue(r -> r.queueName(queue).attributes(attributes))
                .join()
                .queueUrl();
    }

    SqsAsyncClient sqs() {
        return aws.sqsClient();
    }

    /** A context whose component uses this AWS. */
    DefaultCamelContext context() {
        DefaultCamelContext context = new DefaultCamelContext();
        SageMakerAsyncConfiguration configuration = context.getComponent(
                        "sagemaker-async", SageMakerAsyncComponent.class)
                .getConfiguration();
        configuration.setS3AsyncClient(aws.s3Client());
        configuration.setSqsAsyncClient(aws.sqsClient());
        configuration.setSnsAsyncClient(aws.snsClient());
        configuration.setSageMakerRuntimeAsyncClient(aws.sageMakerClient());
        return context;
    }

    /** A consumer's URI with a short wait, so that stopping is quick. */
    String uri(String options) {
        return "sagemaker-async:model?outputLocation=s3://" + bucket + "/out/&notificationQueue=" + queue
                + (options.contains("waitTimeSeconds") ? "" : "&waitTimeSeconds=1")
                + (options.isEmpty() ? "" : "&" + options);
    }

    void land(String name, String body) {
        aws.putObject(bucket, "out/" + name, body.getBytes(), "text/plain");
    }

    String completed(String name) {
        return NotificationJson.of(finished(name), "us-east-1", false);
    }

    /** A notification about a result that lands at this moment. */
    String justCompleted(String name) {
        return NotificationJson.of(finished(name).at(Instant.now()), "us-east-1", false);
    }

    /** A notification with the result in it. */
    String completedWith(String name, String body) {
        return NotificationJson.of(finished(name).withResponse("text/plain", body.getBytes()), "us-east-1", true);
    }

    private FinishedInvocation finished(String name) {
        return FinishedInvocation.completed("model", name, "s3://" + bucket + "/out/" + name)
                .withResponse("text/plain", null)
                .at(Instant.parse("2026-01-25T22:46:00.608Z"));
    }

    /** The object lands, and then the notification about it. */
    void landAndNotify(String name, String body) {
        land(name, body);
        send(completed(name));
    }

    void send(String message) {
        sqs().sendMessage(r -> r.queueUrl(queueUrl).messageBody(message)).join();
    }

    void sendAll(List<String> messages) {
        for (int from = 0; from < messages.size(); from += 10) {
            List<String> batch = messages.subList(from, Math.min(from + 10, messages.size()));
            sqs().sendMessageBatch(r -> r.queueUrl(queueUrl)
                            .entries(batch.stream()
                                    .map(m -> SendMessageBatchRequestEntry.builder()
                                            .id(UUID.randomUUID().toString())
                                            .messageBody(m)
                                            .build())
                                    .toList()))
                    .join();
        }
    }

    /** Messages of the queue that a receiver could get now. */
    int visible() {
        return attribute(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES);
    }

    /** Messages of the queue that some receiver has. */
    int invisible() {
        return attribute(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE);
    }

    /** Messages of the queue altogether, by one call: between two a message may become visible, and be in neither. */
    int messages() {
        return sqs()
                .getQueueAttributes(r -> r.queueUrl(queueUrl)
                        .attributeNames(
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
                .join()
                .attributes()
                .values()
                .stream()
                .mapToInt(Integer::parseInt)
                .sum();
    }

    List<Message> receive() {
        return sqs().receiveMessage(r -> r.queueUrl(queueUrl).maxNumberOfMessages(10))
                .join()
                .messages();
    }

    private int attribute(QueueAttributeName name) {
        return Integer.parseInt(
                sqs().getQueueAttributes(r -> r.queueUrl(queueUrl).attributeNames(name))
                        .join()
                        .attributes()
                        .get(name));
    }

    boolean exists(String key) {
        return aws.s3Client()
                .headObject(r -> r.bucket(bucket).key(key))
                .handle((found, failure) -> failure == null)
                .join();
    }
}
