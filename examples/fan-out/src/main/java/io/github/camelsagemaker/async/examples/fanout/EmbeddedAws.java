package io.github.camelsagemaker.async.examples.fanout;

import io.github.camelsagemaker.async.result.S3Prefix;
import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.ModelException;
import io.github.camelsagemaker.async.testinfra.ModelRequest;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import software.amazon.awssdk.services.sns.SnsAsyncClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** AWS in this JVM, with what an administrator sets up for the example: topics, queues, subscriptions, the endpoint. */
final class EmbeddedAws implements AutoCloseable {

    private final LocalAws aws = LocalAws.start();

    EmbeddedAws(Properties settings) {
        String output = settings.getProperty("fanout.output");
        String failure = settings.getProperty("fanout.failure");
        Stream.of(output, failure)
                .map(location -> S3Prefix.parse("of the example", location).bucket())
                .forEach(aws::createBucket);
        String landed = topic("fan-out-landed");
        subscribe(landed, settings.getProperty("fanout.results"));
        String published = topic(settings.getProperty("fanout.topic"));
        subscribe(published, settings.getProperty("fanout.archive"));
        subscribe(published, settings.getProperty("fanout.alerts"));
        aws.endpoint(settings.getProperty("fanout.endpoint"))
                .outputPath(output)
                .failurePath(failure)
                .successTopic(landed)
                .errorTopic(landed)
                .model(EmbeddedAws::answer)
                .create();
        aws.sdkSystemProperties().forEach(System::setProperty);
    }

    private static ModelResponse answer(ModelRequest request) throws IOException, ModelException {
        String text = request.text();
        if (text.startsWith("unreadable")) {
            throw new ModelException("cannot read this document");
        }
        return ModelResponse.text(text.toUpperCase(Locale.ROOT).repeat(text.contains("very long") ? 20_000 : 1));
    }

    private String topic(String name) {
        return aws.snsClient().createTopic(request -> request.name(name)).join().topicArn();
    }

    private void subscribe(String topicArn, String queue) {
        String url = aws.sqsClient()
                .createQueue(request -> request.queueName(queue))
                .join()
                .queueUrl();
        String queueArn = aws.sqsClient()
                .getQueueAttributes(request -> request.queueUrl(url).attributeNames(QueueAttributeName.QUEUE_ARN))
                .join()
                .attributes()
                .get(QueueAttributeName.QUEUE_ARN);
        SnsAsyncClient sns = aws.snsClient();
        sns.subscribe(request -> request.topicArn(topicArn)
                        .protocol("sqs")
                        .endpoint(queueArn)
                        .attributes(Map.of("RawMessageDelivery", "true")))
                .join();
    }

    @Override
    public void close() {
        aws.sdkSystemProperties().keySet().forEach(System::clearProperty);
        aws.close();
    }
}
