package io.github.camelsagemaker.async.it.dependencies;

import static java.util.stream.Collectors.groupingBy;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Known vulnerabilities, by package. */
final class Advisories {

    private final Map<String, List<Advisory>> byPackage;

    Advisories(List<Advisory> advisories) {
        byPackage = advisories.stream().collect(groupingBy(Advisory::packageName));
    }

    /** Those that need no network. */
    static Advisories bundled() throws IOException {
        return new Advisories(AdvisoryFile.ofTheJar()).overriddenBy(AdvisoryFile.newer());
    }

    /** These, but where both tell of a vulnerability in a package, what {@code newer} says of it. */
    Advisories overriddenBy(List<Advisory> newer) {
        Set<List<String>> told = new HashSet<>();
        newer.forEach(advisory -> told.add(idAndPackage(advisory)));
        return new Advisories(
                Stream.concat(all().filter(advisory -> !told.contains(idAndPackage(advisory))), newer.stream())
                        .toList());
    }

    /** The advisories that a dependency is affected by. */
    List<Advisory> affecting(Dependency dependency) {
        return byPackage.getOrDefault(dependency.packageName(), List.of()).stream()
                .filter(advisory -> advisory.affects(dependency))
                .toList();
    }

    int size() {
        return (int) all().count();
    }

    private Stream<Advisory> all() {
        return byPackage.values().stream().flatMap(List::stream);
    }

    private static List<String> idAndPackage(Advisory advisory) {
        return List.of(advisory.id(), advisory.packageName());
    }
}
