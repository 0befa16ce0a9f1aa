package io.github.camelsagemaker.async.it.dependencies;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OsvExportTest {

    @TempDir
    Path folder;

    @Test
    void aVulnerabilityInTwoRangesIsTwoAdvisoriesUnderItsCve() throws IOException {
        Path export = export(
                """
                {"id": "GHSA-1", "aliases": ["OTHER-1", "CVE-2021-44228"], "database_specific": {"severity": "CRITICAL"},
                 "affected": [{"package": {"ecosystem": "Maven", "name": "a:b"}, "ranges": [{"type": "ECOSYSTEM", "events": [
                   {"introduced": "0"}, {"fixed": "2.3.1"}, {"introduced": "2.4"}, {"last_affected": "2.12.2"}]}]}]}""");

        assertThat(OsvExport.read(export))
                .containsExactly(
                        new Advisory("CVE-2021-44228", "a:b", "0", "2.3.1", null, "CRITICAL"),
                        new Advisory("CVE-2021-44228", "a:b", "2.4", null, "2.12.2", "CRITICAL"));
    }

    @Test
    void withoutAnEndAllVersionsAreAffectedAndWithoutACveTheIdIsTheOneOfGitHub() throws IOException {
        Path export = export(
                """
                {"id": "GHSA-1",
                 "affected": [{"package": {"ecosystem": "Maven", "name": "a:b"}, "ranges": [{"events": [{"introduced": "0"}]}]}]}""");

        assertThat(OsvExport.read(export)).containsExactly(new Advisory("GHSA-1", "a:b", "0", null, null, "UNKNOWN"));
    }

    @Test
    void whatWasWithdrawnOrIsAboutAnotherEcosystemIsLeftOut() throws IOException {
        Path export = export(
                """
                {"id": "GHSA-1", "withdrawn": "2025-01-01T00:00:00Z",
                 "affected": [{"package": {"ecosystem": "Maven", "name": "a:b"}, "ranges": [{"events": [{"introduced": "0"}]}]}]}""",
                """
                {"id": "GHSA-2",
                 "affected": [{"package": {"ecosystem": "npm", "name": "a:b"}, "ranges": [{"events": [{"introduced": "0"}]}]}]}""");

        assertThat(OsvExport.read(export)).isEmpty();
    }

    @Test
    void whatIsWrittenForThePackagesWeDependOnIsReadAgain() throws IOException {
        Path file = folder.resolve("newer-advisories.csv");
        Advisory ours = new Advisory("CVE-1", "a:b", "0", "2", null, "HIGH");
        Advisory ongoing = new Advisory("CVE-2", "a:b", "1", null, "1.5", "LOW");

        AdvisoryFile.write(
                file,
                LocalDate.parse("2026-11-25"),
                List.of(ongoing, new Advisory("CVE-1", "not:ours", "0", "2", null, "HIGH"), ours),
                Set.of(new Dependency("a", "b", "3")));

        assertThat(AdvisoryFile.read(Files.newInputStream(file), Csv.reader())).containsExactly(ours, ongoing);
    }

    private Path export(String... vulnerabilities) throws IOException {
        Path zip = folder.resolve("all.zip");
        try (OutputStream file = Files.newOutputStream(zip);
                ZipOutputStream entries = new ZipOutputStream(file)) {
            for (int number = 0; number < vulnerabilities.length; number++) {
                entries.putNextEntry(new ZipEntry(number + ".json"));
                entries.write(vulnerabilities[number].getBytes(StandardCharsets.UTF_8));
            }
        }
        return zip;
    }
}
