package io.github.camelsagemaker.async.it.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Node.js, with the packages that {@code .ci/peers} has installed. */
final class Node {

    private Node() {}

    static boolean hasPackages() {
        return !System.getProperty("peers.packages", "").isEmpty();
    }

    /** Runs a script of this module in the packages' folder. What it writes to its standard error is ours. */
    static Process start(String script, Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(
                List.of("node", Path.of("src/test/js", script).toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Path.of(System.getProperty("peers.packages")).toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next line that a script prints. */
    static String line(BufferedReader output) {
        try {
            String line = output.readLine();
            if (line == null) {
                throw new IllegalStateException("The script ended");
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
