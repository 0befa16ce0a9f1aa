package io.github.camelsagemaker.async.examples.rest;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.ModelException;
import io.github.camelsagemaker.async.testinfra.ModelRequest;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Stream;

/** AWS in this JVM, with what an administrator sets up for the example: buckets, a queue, the endpoint. */
final class EmbeddedAws implements AutoCloseable {

    private final LocalAws aws = LocalAws.start();

    EmbeddedAws(Properties settings) {
        String output = settings.getProperty("rest.output");
        String failure = settings.getProperty("rest.failure");
        Stream.of(settings.getProperty("rest.input"), output, failure)
                .map(location -> URI.create(location).getAuthority())
                .forEach(aws::createBucket);
        aws.sqsClient()
                .createQueue(request -> request.queueName(settings.getProperty("rest.answers")))
                .join();
        aws.endpoint(settings.getProperty("rest.endpoint"))
                .outputPath(output)
                .failurePath(failure)
                .model(EmbeddedAws::answer)
                .create();
        aws.sdkSystemProperties().forEach(System::setProperty);
    }

    private static ModelResponse answer(ModelRequest request) throws IOException, ModelException {
        String text = request.text();
        if (text.startsWith("unreadable")) {
            throw new ModelException("cannot read this document");
        }
        return ModelResponse.text(text.toUpperCase(Locale.ROOT));
    }

    @Override
    public void close() {
        aws.sdkSystemProperties().keySet().forEach(System::clearProperty);
        aws.close();
    }
}
