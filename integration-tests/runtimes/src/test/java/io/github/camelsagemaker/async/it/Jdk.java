package io.github.camelsagemaker.async.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds installed JDKs. */
final class Jdk {

    private Jdk() {}

    /**
     * The home of a JDK of this feature version: where an environment variable such as {@code JAVA_HOME_25} or {@code
     * JAVA_HOME_25_X64} points to, else beside the JDK that runs this.
     */
    static Optional<Path> find(int version) {
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
}
