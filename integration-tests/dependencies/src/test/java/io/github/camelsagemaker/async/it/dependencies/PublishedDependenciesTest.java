package io.github.camelsagemaker.async.it.dependencies;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Scans what the published artifacts depend on. What to do when it fails is told in CONTRIBUTING.md.
 *
 * <p>By default with the advisories that are at hand; with {@code -Dadvisories.osv=FILE} with those of an export of OSV.
 */
class PublishedDependenciesTest {

    /** Folders of the published modules; each has a list of its own, because versions differ. */
    private static final List<String> MODULES = List.of(
            "camel-sagemaker-async",
            "camel-sagemaker-async-endpointdsl",
            "camel-sagemaker-async-kamelets",
            "camel-sagemaker-async-starter",
            "camel-sagemaker-async-test-infra",
            "camel-sagemaker-async-karaf",
            "camel-sagemaker-async-quarkus/runtime",
            "camel-sagemaker-async-quarkus/deployment");

    private static final Map<String, Set<Dependency>> BY_MODULE = new TreeMap<>();
    private static final Set<Dependency> ALL = new LinkedHashSet<>();

    @BeforeAll
    static void read() throws IOException {
        for (String module : MODULES) {
            Path list = Path.of(System.getProperty("dependencies.root"), module, "target", "dependencies.txt");
            BY_MODULE.put(module, DependencyList.read(list));
        }
        BY_MODULE.values().forEach(ALL::addAll);
    }

    @Test
    void nothingThatWeDependOnHasAKnownVulnerability() throws IOException {
        DependencyScan scan = new DependencyScan(advisories(), exceptions(), LocalDate.now());

        assertThat(scan.problems(ALL)).isEmpty();
    }

    @Test
    void everyListHasTheSdkByWhichTheModuleCallsAws() {
        assertThat(BY_MODULE).allSatisfy((module, dependencies) -> assertThat(dependencies)
                .as(module)
                .extracting(Dependency::packageName)
                .contains("software.amazon.awssdk:sagemakerruntime", "io.netty:netty-codec-http"));
    }

    private static Advisories advisories() throws IOException {
        String export = System.getProperty("advisories.osv", "");
        if (export.isEmpty()) {
            return Advisories.bundled();
        }
        List<Advisory> ofTheDay = OsvExport.read(Path.of(export));
        if (Boolean.getBoolean("advisories.update")) {
            AdvisoryFile.write(Path.of(System.getProperty("advisories.newer")), LocalDate.now(), ofTheDay, ALL);
        }
        return new Advisories(ofTheDay);
    }

    private static List<ReviewedException> exceptions() throws IOException {
        try (InputStream file = PublishedDependenciesTest.class.getResourceAsStream("/exceptions.csv")) {
            return ReviewedException.read(file);
        }
    }
}
