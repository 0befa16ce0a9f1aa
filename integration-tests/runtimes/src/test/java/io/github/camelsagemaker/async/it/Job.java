package io.github.camelsagemaker.async.it;

import io.github.camelsagemaker.async.it.job.Notes;
import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.ModelException;
import io.github.camelsagemaker.async.testinfra.ModelRequest;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** A folder of documents, an endpoint that counts their bytes and fails for empty ones, and what an application wrote down. */
final class Job {

    static final String HEADER = "CamelAwsSageMakerAsync";
    static final int LARGE = 300_000;

    private final LocalAws aws;
    private final String name;
    private final Path folder;
    private final String topic;

    /** @param name of endpoint and bucket, unique in this AWS */
    Job(LocalAws aws, String name, Path folder) {
        this.aws = aws;
        this.name = name;
        this.folder = folder;
        aws.createBucket(name);
        topic = aws.snsClient()
                .createTopic(request -> request.name(name))
                .join()
                .topicArn();
        aws.endpoint(name)
                .outputPath("s3://" + name + "/out/")
                .failurePath("s3://" + name + "/failed/")
                .model(Job::count)
                .successTopic(topic)
                .errorTopic(topic)
                .create();
    }

    private static ModelResponse count(ModelRequest request) throws IOException, ModelException {
        if (request.text().startsWith("broken")) {
            throw new ModelException("cannot read this document");
        }
        return ModelResponse.text(request.length() + " bytes");
    }

    Job withDocument(String file, String content) throws IOException {
        Files.writeString(Files.createDirectories(folder.resolve("in")).resolve(file), content);
        return this;
    }

    /** From now on an application has nothing to send. */
    Job withoutDocuments() throws IOException {
        try (Stream<Path> documents = Files.list(folder.resolve("in"))) {
            for (Path document : documents.toList()) {
                Files.delete(document);
            }
        }
        return this;
    }

    /** Everything the application needs, as a user would set it. */
    Settings settings() {
        Settings settings = Settings.none()
                .system("job.folder", folder)
                .system("job.to", "sagemaker-async:" + name)
                .system("job.from", "sagemaker-async:" + name + "?delay=200")
                .option("input-location", "s3://" + name + "/in/")
                .option("output-location", "s3://" + name + "/out/")
                .option("failure-location", "s3://" + name + "/failed/");
        for (var property : aws.sdkSystemProperties().entrySet()) {
            settings = settings.system(property.getKey(), property.getValue());
        }
        return settings;
    }

    /** The same, with a queue that the consumer makes and subscribes to the endpoint's topic. */
    Settings settingsForNotifications() {
        return settings()
                .system(
                        "job.from",
                        // A stop waits as long as a receive waits for messages.
                        "sagemaker-async:" + name + "?notificationQueue=" + name
                                + "&waitTimeSeconds=1&autoCreateQueue=true&topicArn=" + topic);
    }

    /** How many messages the queue still holds, whether visible or not. */
    int unsettledMessages() {
        var queue = aws.sqsClient()
                .getQueueUrl(request -> request.queueName(name))
                .join()
                .queueUrl();
        return aws
                .sqsClient()
                .getQueueAttributes(request -> request.queueUrl(queue)
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

    /** What the application sent, by exchange. */
    List<Properties> accepted() {
        return Notes.read(folder.resolve("accepted"));
    }

    /** What the application received. */
    List<Properties> results() {
        return Notes.read(folder.resolve("results"));
    }
}
