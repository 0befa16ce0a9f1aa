package io.github.camelsagemaker.async.it;

import java.io.IOException;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;

/** The job as an executable jar of Spring Boot. */
record SpringBootApplication(String module) implements Application {

    @Override
    public String runtime() throws IOException {
        try (JarFile jar = new JarFile(jar().toFile())) {
            return "Spring Boot " + library(jar, "spring-boot").getName().replaceAll(".*/spring-boot-(.*)\\.jar", "$1");
        }
    }

    @Override
    public RunningApplication start(Settings settings, Path folder) throws IOException {
        return RunningApplication.java(settings, folder, "-jar", jar().toString());
    }

    @Override
    public byte[] jar(String artifact) throws IOException {
        try (JarFile jar = new JarFile(jar().toFile())) {
            return jar.getInputStream(library(jar, artifact)).readAllBytes();
        }
    }

    private static JarEntry library(JarFile jar, String artifact) {
        Pattern name = Pattern.compile("BOOT-INF/lib/" + artifact + "-\\d[^/]*\\.jar");
        return jar.stream()
                .filter(entry -> name.matcher(entry.getName()).matches())
                .findFirst()
                .orElseThrow();
    }

    private Path jar() {
        return Path.of(System.getProperty("it.modules"), module, "target", "application.jar");
    }
}
