package io.github.camelsagemaker.async.examples.yaml;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.ModelException;
import io.github.camelsagemaker.async.testinfra.ModelRequest;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;

/**
 * SageMaker and S3 in this JVM, if {@code example.aws} says so. The component finds them as it finds AWS: by the SDK's default
 * chains, to which the settings are system properties.
 */
final class EmbeddedAws extends MainListenerSupport {

    private LocalAws aws;

    @Override
    public void beforeStart(BaseMainSupport main) {
        String wanted = setting(main, "example.aws");
        if (wanted.equals("real")) {
            return;
        }
        if (!wanted.equals("embedded")) {
            throw new IllegalArgumentException("example.aws is '" + wanted + "', but must be embedded or real");
        }
        aws = LocalAws.start();
        aws.createBucket("example");
        aws.endpoint(setting(main, "example.endpoint"))
                .outputPath(setting(main, "example.output"))
                .failurePath(setting(main, "example.failure"))
                .model(EmbeddedAws::countWords)
                .create();
        aws.sdkSystemProperties().forEach(System::setProperty);
    }

    private static String setting(BaseMainSupport main, String name) {
        return main.getCamelContext().resolvePropertyPlaceholders("{{" + name + "}}");
    }

    private static ModelResponse countWords(ModelRequest request) throws Exception {
        if (request.text().startsWith("broken")) {
            throw new ModelException("cannot read this document");
        }
        return ModelResponse.text(request.text().split("\\s+").length + " words");
    }

    @Override
    public void afterStop(BaseMainSupport main) {
        if (aws != null) {
            aws.sdkSystemProperties().keySet().forEach(System::clearProperty);
            aws.close();
        }
    }
}
