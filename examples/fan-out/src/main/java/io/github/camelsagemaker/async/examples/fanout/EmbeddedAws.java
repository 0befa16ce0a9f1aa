package io.github.camelsagemaker.async.examples.fanout;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.ModelException;
import io.github.camelsagemaker.async.testinfra.ModelRequest;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Stream;

/** AWS in this JVM, with what an administrator sets up for the example: topics, queues, subscriptions, the endpoint. */
final class EmbeddedAws implements AutoCloseable {

    private final LocalAws aws = LocalAws.start();

    EmbeddedAws(Properties settings) {
        String output = settings.getProperty("fanout.output");
        String failure = settings.getProperty("fanout.failure");
        Stream.of(output, failure)
                .map(location -> URI.create(location).getAuthority())
                .forEach(aws::createBucket);
        String landed = topic("fan-out-landed");
        aws.subscribe(settings.getProperty("fanout.results"), landed, true);
        String published = topic(settings.getProperty("fanout.topic"));
        aws.subscribe(settings.getProperty("fanout.archive"), published, true);
        aws.subscribe(settings.getProperty("fanout.alerts"), published, true);
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

    @Override
    public void close() {
        aws.sdkSystemProperties().keySet().forEach(System::clearProperty);
        aws.close();
    }
}
