package io.github.camelsagemaker.async.testinfra;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Runs a class, on this JVM's class path, or something else in a JVM of its own: to give it another heap, or to kill it. Not thread-safe.
 *
 * <p>The child does not end with this JVM by itself. Let it call {@link #endWithStandardInput()}.
 */
public final class JavaCommand {

    private final List<String> application = new ArrayList<>();
    private final List<String> options = new ArrayList<>();
    private Path home = Path.of(System.getProperty("java.home"));

    /** Runs a class on this JVM's class path, set for a short life: without the second compiler and a parallel collector. */
    public JavaCommand(Class<?> main, String... arguments) {
        this(
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName());
        application.addAll(List.of(arguments));
    }

    private JavaCommand(String... application) {
        this.application.addAll(List.of(application));
    }

    /** Runs something else: what stands behind the options of {@code java}, such as {@code -jar} and the name of a file. */
    public static JavaCommand of(String... application) {
        return new JavaCommand(application);
    }

    /** Runs it by another JDK than this JVM's. */
    public JavaCommand java(Path otherHome) {
        home = otherHome;
        return this;
    }

    /**
     * The home of a JDK of this feature version: where an environment variable such as {@code JAVA_HOME_25} or {@code
     * JAVA_HOME_25_X64} points to, else beside the JDK that runs this.
     */
    public static Optional<Path> findJdk(int version) {
        Stream<Path> named = System.getenv().entrySet().stream()
                .filter(variable ->
                        variable.getKey().matches("JAVA_HOME_" + version + "(_.*)?|JAVA_" + version + "_HOME"))
                .map(Map.Entry::getValue)
                .map(Path::of);
        return Stream.concat(named, besideThisOne())
                .filter(home -> isOfVersion(home, version))
                .findFirst();
    }

    private static Stream<Path> besideThisOne() {
        try {
            Path homes = Path.of(System.getProperty("java.home")).toRealPath().getParent();
            try (Stream<Path> siblings = Files.list(homes)) {
                return siblings.toList().stream();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOfVersion(Path home, int version) {
        Path release = home.resolve("release");
        try {
            return Files.isExecutable(home.resolve("bin").resolve("java"))
                    && Files.isReadable(release)
                    && Files.readAllLines(release).stream()
                            .anyMatch(line -> line.matches("JAVA_VERSION=\"" + version + "(\\..*)?\""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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

    /** The command, to give it a folder or an environment of its own, or to start it otherwise than {@link #start} does. */
    public ProcessBuilder builder() {
        List<String> command = new ArrayList<>();
        command.add(home.resolve("bin").resolve("java").toString());
        command.addAll(options);
        command.addAll(application);
        return new ProcessBuilder(command);
    }

    /**
     * Starts the JVM. Its standard input and output are the caller's to write and read.
     *
     * @param log what it writes to standard error is appended to this file
     */
    public Process start(Path log) {
        try {
            return builder()
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
                        System.err.println("Standard input cannot be read: " + e);
                    }
                    Runtime.getRuntime().halt(0);
                },
                "standard-input");
        watch.setDaemon(true);
        watch.start();
    }
}
