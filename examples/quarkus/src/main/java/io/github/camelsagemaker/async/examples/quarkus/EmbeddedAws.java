package io.github.camelsagemaker.async.examples.quarkus;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.ModelException;
import io.github.camelsagemaker.async.testinfra.ModelRequest;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import java.io.IOException;

/** SageMaker and S3 on real sockets of this JVM, found as AWS is: by settings of the SDK, here as system properties. */
final class EmbeddedAws implements AutoCloseable {

    private final LocalAws aws;

    private EmbeddedAws(LocalAws aws) {
        this.aws = aws;
    }

    static EmbeddedAws start() {
        LocalAws aws = LocalAws.start();
        aws.createBucket("documents");
        aws.endpoint("word-count")
                .outputPath("s3://documents/out/")
                .failurePath("s3://documents/failed/")
                .model(EmbeddedAws::countWords)
                .create();
        aws.sdkSystemProperties().forEach(System::setProperty);
        return new EmbeddedAws(aws);
    }

    private static ModelResponse countWords(ModelRequest request) throws IOException, ModelException {
        String text = request.text().strip();
        if (text.isEmpty()) {
            throw new ModelException("the document has no words");
        }
        return ModelResponse.text(text.split("\\s+").length + " words");
    }

    @Override
    public void close() {
        aws.close();
    }
}
