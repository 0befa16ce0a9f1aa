package io.github.camelsagemaker.async.examples.karaf.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * What this run is told: the bundle's configuration, where system properties {@code karaf.example.*} and those of the component
 * win, and where Karaf and its bundles are.
 *
 * @param embedded whether AWS is embedded
 * @param configuration what Karaf gets as the bundle's configuration
 */
record Settings(boolean embedded, Map<String, String> configuration) {

    private static final String OWN = "karaf.example.";
    private static final String COMPONENT = "camel.component.sagemaker-async.";

    static Settings ofSystemProperties() throws IOException {
        Properties defaults = new Properties();
        try (InputStream in = Settings.class.getResourceAsStream("/etc/io.github.camelsagemaker.examples.karaf.cfg")) {
            defaults.load(in);
        }
        Map<String, String> configuration = new TreeMap<>();
        defaults.stringPropertyNames().forEach(name -> configuration.put(name, defaults.getProperty(name)));
        for (String name : System.getProperties().stringPropertyNames()) {
            String value = System.getProperty(name);
            if (name.startsWith(COMPONENT)) {
                configuration.put(name, value);
            } else if (name.startsWith(OWN)) {
                configuration.put(name.substring(OWN.length()), value);
            }
        }
        return new Settings(isEmbedded(configuration.remove("aws")), configuration);
    }

    private static boolean isEmbedded(String aws) {
        return switch (aws == null ? "local" : aws) {
            case "local" -> true;
            case "real" -> false;
            default ->
                throw new IllegalArgumentException("karaf.example.aws is '" + aws + "', but must be local or real");
        };
    }

    Aws aws() {
        return embedded ? new EmbeddedAws(configuration) : new RealAws();
    }

    /** The path that the build gives by this system property. */
    static Path path(String name) {
        return Path.of(System.getProperty(name)).toAbsolutePath().normalize();
    }
}
