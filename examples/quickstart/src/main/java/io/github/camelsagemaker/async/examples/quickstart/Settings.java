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
 * @param notifications whether results are learnt of by a queue, not by scanning S3
 * @param topics ARNs of the topics that the queue is subscribed to at the start, separated by commas; empty when it is subscribed
 *     already
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
        boolean notifications,
        String topics,
        long modelMillis,
        long largestDocument) {

    static Settings load() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Settings.class.getResourceAsStream("/application.properties")) {
            properties.load(in);
        }
        properties.putAll(System.getProperties());
        return new Settings(
                choice(properties, "quickstart.aws", "local", "real"),
                properties.getProperty("quickstart.documents"),
                properties.getProperty("quickstart.endpoint"),
                properties.getProperty("quickstart.input"),
                properties.getProperty("quickstart.output"),
                properties.getProperty("quickstart.failure"),
                choice(properties, "quickstart.results", "notifications", "scan"),
                properties.getProperty("quickstart.topics"),
                number(properties, "quickstart.modelMillis"),
                number(properties, "quickstart.largestDocument"));
    }

    /** Whether the first of two words is there. */
    private static boolean choice(Properties properties, String name, String yes, String no) {
        String value = properties.getProperty(name);
        if (!value.equals(yes) && !value.equals(no)) {
            throw new IllegalArgumentException(name + " is '" + value + "', but must be " + yes + " or " + no);
        }
        return value.equals(yes);
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
