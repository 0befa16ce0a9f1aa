package io.github.camelsagemaker.async.testinfra;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs a class in a JVM of its own, on this JVM's class path: to give it another heap, or to kill it. Not thread-safe.
 *
 * <p>The child does not end with this JVM by itself. Let it call {@link #endWithStandardInput()}.
 */
public final class JavaCommand {

    private final Class<?> main;
    private final List<String> arguments;
    private final List<String> options = new ArrayList<>();

    public JavaCommand(Class<?> main, String... arguments) {
        this.main = main;
        this.arguments = List.of(arguments);
    }

    /** Adds options of the JVM, such as {@code -Xmx128m}. */
    public JavaCommand options(String... values) {
        options.addAll(List.of(values));
        return this;
    }

    /** Adds system properties, such as those of {@link LocalAws#sdkSystemProperties()}. */
    public JavaCommand properties(Map<String, String> values) {
        values.forEach((name, value) -> options.add("-D" + name + "=" + value));
        return this;
    }

    /**
     * Starts the JVM. Its standard input and output are the caller's to write and read.
     *
     * @param log what it writes to standard error is appended to this file
     */
    public Process start(Path log) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        try {
            return new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For the child: ends this JVM at once when its standard input ends, as it does when its parent ends, however that was. */
    public static void endWithStandardInput() {
        Thread watch = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            // Whatever is written to us is ignored.
                        }
                    } catch (IOException e) {
                        e.printStackTrace();
                    }
                    Runtime.getRuntime().halt(0);
                },
                "standard-input");
        watch.setDaemon(true);
        watch.start();
    }
}
