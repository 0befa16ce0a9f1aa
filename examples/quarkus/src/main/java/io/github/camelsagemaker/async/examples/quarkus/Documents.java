package io.github.camelsagemaker.async.examples.quarkus;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import org.apache.camel.quarkus.main.CamelMainApplication;

/** Starts the application, and before it an AWS in this JVM unless {@code -Ddocuments.aws=real}. */
@QuarkusMain
public class Documents {

    public static void main(String[] arguments) {
        String aws = System.getProperty("documents.aws", "local");
        switch (aws) {
            case "real" -> Quarkus.run(CamelMainApplication.class, arguments);
            case "local" -> runEmbedded(arguments);
            default -> throw new IllegalArgumentException("documents.aws is '" + aws + "', but must be local or real");
        }
    }

    private static void runEmbedded(String[] arguments) {
        EmbeddedAws aws = EmbeddedAws.start();
        Quarkus.run(
                CamelMainApplication.class,
                (status, failure) -> {
                    aws.close();
                    System.exit(status);
                },
                arguments);
    }
}
