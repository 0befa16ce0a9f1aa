package io.github.camelsagemaker.async.it.dependencies;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdvisoryTest {

    @ParameterizedTest
    @CsvSource({
        "4.1.0.Alpha1, false",
        "4.1.0.Final, true",
        "4.1.9.Final, true",
        "4.1.123.Final, true",
        "4.1.124.Final, false",
        "4.2.0.Final, false",
    })
    void fromTheVersionThatIntroducesItToTheOneBeforeTheFix(String version, boolean affected) {
        Advisory advisory = new Advisory("CVE-1", "a:b", "4.1.0.Final", "4.1.124.Final", null, "HIGH");

        assertThat(advisory.affects(new Dependency("a", "b", version))).isEqualTo(affected);
    }

    @ParameterizedTest
    @CsvSource({"1, true", "2.0-beta1, true", "2.0, true", "2.0.1, false"})
    void upToTheLastAffectedVersionWhereNoFixIsKnown(String version, boolean affected) {
        Advisory advisory = new Advisory("CVE-1", "a:b", "0", "", "2.0", "HIGH");

        assertThat(advisory.affects(new Dependency("a", "b", version))).isEqualTo(affected);
    }

    @Test
    void allVersionsWhereNoEndIsKnown() {
        Advisory advisory = new Advisory("CVE-1", "a:b", "0", "", "", "HIGH");

        assertThat(advisory.affects(new Dependency("a", "b", "99"))).isTrue();
        assertThat(advisory.remedy()).isEqualTo("no fixed version is known");
    }

    @Test
    void whatIsToldNewerOfAVulnerabilityInAPackageTakesThePlaceOfAllItsOlderRanges() {
        Advisories advisories = new Advisories(List.of(
                        new Advisory("CVE-1", "a:b", "0", null, null, "HIGH"),
                        new Advisory("CVE-1", "a:b", "2", null, null, "HIGH"),
                        new Advisory("CVE-1", "a:other", "0", null, null, "HIGH"),
                        new Advisory("CVE-2", "a:b", "0", null, null, "HIGH")))
                .overriddenBy(List.of(new Advisory("CVE-1", "a:b", "0", "3", null, "HIGH")));

        assertThat(advisories.affecting(new Dependency("a", "b", "3")))
                .extracting(Advisory::id)
                .containsExactly("CVE-2");
        assertThat(advisories.affecting(new Dependency("a", "other", "3"))).hasSize(1);
    }
}
