package io.github.camelsagemaker.async.quarkus.it;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.ModelException;
import io.github.camelsagemaker.async.testinfra.ModelRequest;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** SageMaker, S3, SQS and SNS in the JVM of the test, and the job's settings for them. */
public class AwsResource implements QuarkusTestResourceLifecycleManager {

    /** Set to any value, the results are learned of by notification. */
    static final String BY_NOTIFICATION = "byNotification";

    private static final String NAME = "quarkus-test";

    private final Map<String, String> system = new HashMap<>();
    private boolean byNotification;
    private LocalAws aws;

    @Override
    public void init(Map<String, String> arguments) {
        byNotification = arguments.containsKey(BY_NOTIFICATION);
    }

    @Override
    public Map<String, String> start() {
        aws = LocalAws.start();
        aws.createBucket(NAME);
        String topic =
                aws.snsClient().createTopic(create -> create.name(NAME)).join().topicArn();
        aws.endpoint(NAME)
                .outputPath("s3://" + NAME + "/out/")
                .failurePath("s3://" + NAME + "/failed/")
                .model(AwsResource::count)
                .successTopic(topic)
                .errorTopic(topic)
                .create();
        system.putAll(aws.sdkSystemProperties());
        system.put("job.folder", folder().toString());
        system.put("job.to", "sagemaker-async:" + NAME);
        system.put(
                "job.from",
                "sagemaker-async:" + NAME
                        + (byNotification
                                ? "?notificationQueue=" + NAME + "&waitTimeSeconds=1&autoCreateQueue=true&topicArn="
                                        + topic
                                : "?delay=200"));
        // The job and the AWS SDK read these, and not the configuration of Quarkus.
        system.forEach(System::setProperty);
        return Map.of(
                "camel.component.sagemaker-async.input-location", "s3://" + NAME + "/in/",
                "camel.component.sagemaker-async.output-location", "s3://" + NAME + "/out/",
                "camel.component.sagemaker-async.failure-location", "s3://" + NAME + "/failed/");
    }

    private static Path folder() {
        try {
            Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "job-");
            Files.createDirectories(folder.resolve("in"));
            return folder.toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ModelResponse count(ModelRequest request) throws IOException, ModelException {
        if (request.text().startsWith("broken")) {
            throw new ModelException("cannot read this document");
        }
        return ModelResponse.text(request.length() + " bytes");
    }

    @Override
    public void stop() {
        system.keySet().forEach(System::clearProperty);
        aws.close();
    }
}
