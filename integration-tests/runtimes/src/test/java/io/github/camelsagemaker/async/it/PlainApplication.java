package io.github.camelsagemaker.async.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The job as a folder of jars, run by camel-main. */
record PlainApplication(String module) implements Application {

    private static final String MAIN = "io.github.camelsagemaker.async.it.plain.Application";

    @Override
    public String runtime() {
        return "plain Camel";
    }

    @Override
    public RunningApplication start(Settings settings, Path folder) throws IOException {
        String classPath = target().resolve("classes")
                + System.getProperty("path.separator")
                + target().resolve("application").resolve("*");
        return RunningApplication.java(settings, folder, "-classpath", classPath, MAIN);
    }

    @Override
    public byte[] jar(String artifact) throws IOException {
        Pattern name = Pattern.compile(artifact + "-\\d[^/]*\\.jar");
        try (Stream<Path> files = Files.list(target().resolve("application"))) {
            Path jar = files.filter(
                            file -> name.matcher(file.getFileName().toString()).matches())
                    .findFirst()
                    .orElseThrow();
            return Files.readAllBytes(jar);
        }
    }

    private Path target() {
        return Path.of(System.getProperty("it.modules"), module, "target");
    }
}
