package io.github.camelsagemaker.async.it;

import io.github.camelsagemaker.async.testinfra.JavaCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** An application's process and its log. Closing it ends it in any case. */
final class RunningApplication implements AutoCloseable {

    private final Process process;
    private final Path log;

    RunningApplication(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts {@code java} with settings as system properties.
     *
     * @param application what stands behind the options: the jar or the class path and class to run
     */
    static RunningApplication java(Settings settings, Path folder, String... application) throws IOException {
        Path log = folder.resolve("application.log");
        ProcessBuilder builder = JavaCommand.of(application)
                .java(settings.javaHome())
                .options("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
                .properties(settings.properties())
                .builder()
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        return new RunningApplication(builder.start(), log);
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /** What it logged so far. */
    String log() {
        try {
            return Files.exists(log) ? new String(Files.readAllBytes(log), StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks it to stop, as an operator does, and tells whether it did. */
    boolean stops(long seconds) throws InterruptedException {
        process.destroy();
        return process.waitFor(seconds, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
    }
}
