package io.github.camelsagemaker.async.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The job as Quarkus packages it: a folder with a small jar to start and the libraries as they are. */
record QuarkusApplication(String module) implements Application {

    @Override
    public String runtime() throws IOException {
        try (var jars =
                Files.newDirectoryStream(packaged().resolve("lib/main"), "io.quarkus.quarkus-core-[0-9]*.jar")) {
            String jar = jars.iterator().next().getFileName().toString();
            return "Quarkus " + jar.replaceAll(".*quarkus-core-(.*)\\.jar", "$1");
        }
    }

    @Override
    public RunningApplication start(Settings settings, Path folder) throws IOException {
        return RunningApplication.java(
                settings, folder, "-jar", packaged().resolve("quarkus-run.jar").toString());
    }

    @Override
    public byte[] jar(String artifact) throws IOException {
        try (var jars = Files.newDirectoryStream(
                packaged().resolve("lib/main"), "io.github.camelsagemaker." + artifact + "-[0-9]*.jar")) {
            return Files.readAllBytes(jars.iterator().next());
        }
    }

    private Path packaged() {
        return Path.of(
                System.getProperty("it.modules"),
                "..",
                "camel-sagemaker-async-quarkus",
                module,
                "target",
                "quarkus-app");
    }
}
