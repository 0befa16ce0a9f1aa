package io.github.camelsagemaker.async.examples.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/**
 * What the example itself needs to know before Camel starts: application.properties, where system properties win, as in
 * Camel.
 *
 * @param local whether AWS is embedded
 * @param documents the folder of documents, empty for samples
 * @param endpoint the SageMaker endpoint's name
 * @param input where large payloads go
 * @param output where results land
 * @param failure where failures land
 * @param modelMillis how long the embedded model takes, in milliseconds
 * @param largestDocument the size of the largest sample, in bytes
 */
record Settings(
        boolean local,
        String documents,
        String endpoint,
        String input,
        String output,
        String failure,
        long modelMillis,
        long largestDocument) {

    static Settings load() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Settings.class.getResourceAsStream("/application.properties")) {
            properties.load(in);
        }
        properties.putAll(System.getProperties());
        return new Settings(
                isLocal(properties.getProperty("quickstart.aws")),
                properties.getProperty("quickstart.documents"),
                properties.getProperty("quickstart.endpoint"),
                properties.getProperty("quickstart.input"),
                properties.getProperty("quickstart.output"),
                properties.getProperty("quickstart.failure"),
                number(properties, "quickstart.modelMillis"),
                number(properties, "quickstart.largestDocument"));
    }

    private static boolean isLocal(String aws) {
        return switch (aws) {
            case "local" -> true;
            case "real" -> false;
            default -> throw new IllegalArgumentException("quickstart.aws is '" + aws + "', but must be local or real");
        };
    }

    private static long number(Properties properties, String name) {
        String value = properties.getProperty(name);
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " is '" + value + "', but must be a whole number", e);
        }
    }
}
