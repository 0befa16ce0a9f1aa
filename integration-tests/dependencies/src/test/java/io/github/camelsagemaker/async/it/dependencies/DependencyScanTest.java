package io.github.camelsagemaker.async.it.dependencies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DependencyScanTest {

    private static final LocalDate TODAY = LocalDate.parse("2026-11-25");
    private static final Dependency LOG4J = Dependency.of("org.apache.logging.log4j:log4j-core:2.14.1");

    private static Advisories bundled;

    @BeforeAll
    static void read() throws IOException {
        bundled = Advisories.bundled();
    }

    @Test
    void aVersionWithAKnownVulnerabilityIsFound() {
        assertThat(problems(LOG4J))
                .contains("org.apache.logging.log4j:log4j-core:2.14.1 is affected by CVE-2021-44228 (CRITICAL):"
                        + " fixed in 2.15.0");
    }

    @Test
    void aVersionThatFixesSomeOfThemHasTheOthers() {
        assertThat(problems(Dependency.of("org.apache.logging.log4j:log4j-core:2.15.0")))
                .noneMatch(problem -> problem.contains("CVE-2021-44228"))
                .anyMatch(problem -> problem.contains("CVE-2021-45046"));
    }

    @Test
    void aVulnerabilityOfThePackagesWeDependOnThatIsNewerThanTheJarIsFound() {
        assertThat(problems(Dependency.of("io.netty:netty-codec-http2:4.1.118.Final")))
                .contains("io.netty:netty-codec-http2:4.1.118.Final is affected by CVE-2025-55163 (HIGH):"
                        + " fixed in 4.1.124.Final");
    }

    @Test
    void anArtifactOfTheSameNameInAnotherGroupIsNotFound() {
        assertThat(problems(Dependency.of("com.example:log4j-core:2.14.1"))).isEmpty();
    }

    @Test
    void theDataIsWhole() {
        assertThat(bundled.size()).isGreaterThan(8_000);
    }

    @Test
    void aReviewedExceptionStandsForItsVersionAndItsAdvisoryOnly() throws IOException {
        List<ReviewedException> exceptions = exceptions("a.b:c:1,CVE-1,2026-11-25,not reached");
        DependencyScan scan =
                new DependencyScan(new Advisories(List.of(advisory("CVE-1"), advisory("CVE-2"))), exceptions, TODAY);

        assertThat(scan.problems(List.of(Dependency.of("a.b:c:1"), Dependency.of("a.b:c:1.1"))))
                .containsExactly(
                        "a.b:c:1 is affected by CVE-2 (HIGH): fixed in 2",
                        "a.b:c:1.1 is affected by CVE-1 (HIGH): fixed in 2",
                        "a.b:c:1.1 is affected by CVE-2 (HIGH): fixed in 2");
    }

    @Test
    void anExceptionWhoseTimeIsOverIsAProblem() throws IOException {
        List<ReviewedException> exceptions = exceptions("a.b:c:1,CVE-1,2026-11-24,not reached");
        DependencyScan scan = new DependencyScan(new Advisories(List.of(advisory("CVE-1"))), exceptions, TODAY);

        assertThat(scan.problems(List.of(Dependency.of("a.b:c:1"))))
                .containsExactly("The exception for a.b:c:1, CVE-1, ended on 2026-11-24: look again");
    }

    @Test
    void anExceptionForNothingIsAProblem() throws IOException {
        List<ReviewedException> exceptions = exceptions("a.b:c:1,CVE-1,2027-11-25,not reached");
        DependencyScan scan = new DependencyScan(new Advisories(List.of(advisory("CVE-1"))), exceptions, TODAY);

        assertThat(scan.problems(List.of(Dependency.of("a.b:c:2"))))
                .containsExactly("The exception for a.b:c:1, CVE-1, excepts nothing: remove it");
    }

    @Test
    void anExceptionForSeveralAdvisoriesIsAnExceptionForEach() throws IOException {
        List<ReviewedException> exceptions = exceptions("a.b:c:1,CVE-1 CVE-2,2027-11-25,not reached");
        DependencyScan scan = new DependencyScan(new Advisories(List.of(advisory("CVE-1"))), exceptions, TODAY);

        assertThat(scan.problems(List.of(Dependency.of("a.b:c:1"))))
                .containsExactly("The exception for a.b:c:1, CVE-2, excepts nothing: remove it");
    }

    @Test
    void anExceptionNeedsAReason() {
        assertThatThrownBy(() -> exceptions("a.b:c:1,CVE-1,2027-11-25,")).hasMessageContaining("needs a reason");
    }

    private static List<String> problems(Dependency dependency) {
        return new DependencyScan(bundled, List.of(), TODAY).problems(List.of(dependency));
    }

    private static Advisory advisory(String id) {
        return new Advisory(id, "a.b:c", "0", "2", null, "HIGH");
    }

    private static List<ReviewedException> exceptions(String row) throws IOException {
        String csv = "# A comment.\ncoordinates,advisories,until,reason\n" + row + "\n";
        return ReviewedException.read(new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8)));
    }
}
