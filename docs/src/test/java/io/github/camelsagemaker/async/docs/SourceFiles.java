package io.github.camelsagemaker.async.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the pages can name in the sources. */
final class SourceFiles {

    private SourceFiles() {}

    /** The simple names of all test classes. */
    static Set<String> tests() {
        return named("Test.java").stream()
                .map(file -> file.getFileName().toString().replace(".java", ""))
                .collect(Collectors.toSet());
    }

    /** All files whose names end so, but for those that a build wrote. */
    static List<Path> named(String end) {
        Path root = Page.repository();
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(end))
                    .filter(file -> !root.relativize(file).toString().contains("target/"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
