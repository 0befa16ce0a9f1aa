package io.github.camelsagemaker.async.examples.karaf.run;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.ModelException;
import io.github.camelsagemaker.async.testinfra.ModelRequest;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import java.io.IOException;
import java.net.URI;
import java.util.Map;

/** SageMaker and S3 on real sockets of this JVM. The model counts bytes. */
final class EmbeddedAws implements Aws {

    private final LocalAws aws = LocalAws.start();

    EmbeddedAws(Map<String, String> configuration) {
        for (String location : new String[] {"input", "output", "failure"}) {
            aws.createBucket(URI.create(configuration.get(location)).getHost());
        }
        aws.endpoint(configuration.get("endpoint"))
                .outputPath(configuration.get("output"))
                .failurePath(configuration.get("failure"))
                .model(EmbeddedAws::count)
                .create();
    }

    private static ModelResponse count(ModelRequest request) throws IOException, ModelException {
        if (request.text().startsWith("broken")) {
            throw new ModelException("cannot read this document");
        }
        return ModelResponse.text(request.length() + " bytes");
    }

    @Override
    public Map<String, String> systemProperties() {
        return aws.sdkSystemProperties();
    }

    @Override
    public void close() {
        aws.close();
    }

    @Override
    public String toString() {
        return "embedded AWS";
    }
}
