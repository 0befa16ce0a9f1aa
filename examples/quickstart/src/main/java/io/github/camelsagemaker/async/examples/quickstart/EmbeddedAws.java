package io.github.camelsagemaker.async.examples.quickstart;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.LocalEndpoint;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * SageMaker, S3, SQS and SNS on real sockets of this JVM. The component finds them as it finds AWS: by the SDK's default chains, to
 * which the settings are system properties.
 */
final class EmbeddedAws implements Aws {

    private final LocalAws aws;

    EmbeddedAws(Settings settings) {
        aws = LocalAws.builder().s3OnDisk().start();
        Stream.of(settings.input(), settings.output(), settings.failure())
                .map(location -> URI.create(location).getAuthority())
                .distinct()
                .forEach(aws::createBucket);
        LocalEndpoint.Builder endpoint = aws.endpoint(settings.endpoint())
                .outputPath(settings.output())
                .failurePath(settings.failure())
                .model(new DocumentModel(settings.modelMillis()));
        if (settings.notifications()) {
            tellTopics(endpoint, settings.topics().split(","));
        }
        endpoint.create();
        aws.sdkSystemProperties().forEach(System::setProperty);
    }

    /** The first topic is for successes and the last for failures; it may be the same one. */
    private void tellTopics(LocalEndpoint.Builder endpoint, String... topics) {
        for (String topic : topics) {
            aws.snsClient()
                    .createTopic(request -> request.name(topic.substring(topic.lastIndexOf(':') + 1)))
                    .join();
        }
        endpoint.successTopic(topics[0]).errorTopic(topics[topics.length - 1]).responseInNotification();
    }

    @Override
    public Optional<Map<String, Long>> calls() {
        return Optional.of(aws.ledger().calls());
    }

    @Override
    public void close() {
        aws.sdkSystemProperties().keySet().forEach(System::clearProperty);
        aws.close();
    }

    @Override
    public String toString() {
        return "embedded AWS";
    }
}
