package io.github.camelsagemaker.async.it.dependencies;

import static java.util.stream.Collectors.toCollection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what Maven's dependency:list wrote. */
final class DependencyList {

    private static final String OURS = "io.github.camelsagemaker";

    /** Group, artifact, type, for some a classifier, version, scope; then things that differ. */
    private static final Pattern LINE =
            Pattern.compile(" +([\\w.-]+):([\\w.-]+):[\\w.-]+(?::[\\w.-]+)?:([\\w.-]+):(?:compile|runtime)\\b.*");

    private DependencyList() {}

    /** All that an artifact depends on, directly or not; our own artifacts are left out. */
    static Set<Dependency> read(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(" "))
                .map(line -> dependency(file, line))
                .filter(dependency -> !dependency.group().equals(OURS))
                .collect(toCollection(LinkedHashSet::new));
    }

    private static Dependency dependency(Path file, String line) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw new IllegalArgumentException(file + " has a line that is no dependency: " + line);
        }
        return new Dependency(parts.group(1), parts.group(2), parts.group(3));
    }
}
