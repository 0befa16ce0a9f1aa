package io.github.camelsagemaker.async.it;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts {@code java -jar} with settings as system properties. */
final class JavaProcess {

    /** The environment variable that tells where a Java 25 is, if there is one. */
    static final String JAVA_25_HOME = "JAVA_25_HOME";

    private JavaProcess() {}

    static Path defaultJava() {
        return executable(System.getProperty("it.java.home", System.getProperty("java.home")));
    }

    static Path java25() {
        return executable(System.getenv(JAVA_25_HOME));
    }

    private static Path executable(String home) {
        return Path.of(home, "bin", "java");
    }

    static RunningApplication start(Path jar, Settings settings, Path folder) throws IOException {
        return start(defaultJava(), jar, settings, folder);
    }

    static RunningApplication start(Path java, Path jar, Settings settings, Path folder) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.add("-XX:TieredStopAtLevel=1");
        settings.system().forEach((name, value) -> command.add("-D" + name + "=" + value));
        settings.component()
                .forEach((name, value) -> command.add("-Dcamel.component.sagemaker-async." + name + "=" + value));
        command.add("-jar");
        command.add(jar.toString());
        Path log = folder.resolve("application.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        return new RunningApplication(builder.start(), log);
    }
}
