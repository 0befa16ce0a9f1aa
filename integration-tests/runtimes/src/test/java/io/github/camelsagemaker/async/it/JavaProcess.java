package io.github.camelsagemaker.async.it;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts {@code java} with settings as system properties. */
final class JavaProcess {

    private JavaProcess() {}

    /** Runs an executable jar. */
    static RunningApplication start(Path jar, Settings settings, Path folder) throws IOException {
        return start(List.of("-jar", jar.toString()), settings, folder);
    }

    /** @param application what stands behind the options: the jar or the class path and class to run */
    static RunningApplication start(List<String> application, Settings settings, Path folder) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(settings.javaHome().resolve("bin").resolve("java").toString());
        command.add("-XX:TieredStopAtLevel=1");
        settings.system().forEach((name, value) -> command.add("-D" + name + "=" + value));
        settings.component()
                .forEach((name, value) -> command.add("-Dcamel.component.sagemaker-async." + name + "=" + value));
        command.addAll(application);
        Path log = folder.resolve("application.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        return new RunningApplication(builder.start(), log);
    }
}
