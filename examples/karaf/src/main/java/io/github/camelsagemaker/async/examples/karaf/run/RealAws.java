package io.github.camelsagemaker.async.examples.karaf.run;

import java.util.HashMap;
import java.util.Map;

/** AWS, by the SDK's system properties of this JVM, where the SDK's default chains are not enough. */
final class RealAws implements Aws {

    @Override
    public Map<String, String> systemProperties() {
        Map<String, String> properties = new HashMap<>();
        System.getProperties().forEach((name, value) -> {
            if (name.toString().startsWith("aws.")) {
                properties.put(name.toString(), value.toString());
            }
        });
        return properties;
    }

    @Override
    public void close() {
        // Nothing is ours.
    }

    @Override
    public String toString() {
        return "real AWS";
    }
}
