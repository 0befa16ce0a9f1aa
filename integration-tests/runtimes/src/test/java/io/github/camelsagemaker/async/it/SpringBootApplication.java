package io.github.camelsagemaker.async.it;

import java.io.IOException;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.regex.Pattern;

/** The job as an executable jar of Spring Boot. */
record SpringBootApplication(String module) implements Application {

    @Override
    public RunningApplication start(Settings settings, Path folder) throws IOException {
        return JavaProcess.start(jar(), settings, folder);
    }

    @Override
    public byte[] jar(String artifact) throws IOException {
        Pattern name = Pattern.compile("BOOT-INF/lib/" + artifact + "-\\d[^/]*\\.jar");
        try (JarFile jar = new JarFile(jar().toFile())) {
            var entry = jar.stream()
                    .filter(e -> name.matcher(e.getName()).matches())
                    .findFirst()
                    .orElseThrow();
            return jar.getInputStream(entry).readAllBytes();
        }
    }

    private Path jar() {
        return Path.of(System.getProperty("it.modules"), module, "target", "application.jar");
    }
}
