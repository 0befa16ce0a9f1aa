package io.github.camelsagemaker.async.examples.yaml;

import org.apache.camel.main.Main;

/** Runs the routes of {@code routes/*.camel.yaml} with the settings of {@code application.properties}. */
public final class YamlExample {

    private YamlExample() {}

    public static void main(String[] arguments) throws Exception {
        Main main = new Main();
        main.addMainListener(new EmbeddedAws());
        main.run(arguments);
    }
}
