package io.github.camelsagemaker.async.it.dependencies;

import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SequenceWriter;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** The two files of advisories: one for all packages of Maven, and a newer one for the packages we depend on. */
final class AdvisoryFile {

    /** No line names them. What is known by its last affected version only has no end there. */
    private static final List<String> COLUMNS_OF_THE_JAR =
            List.of("id", "published", "summary", "package", "introduced", "fixed", "severity", "weaknesses");

    private static final Comparator<Advisory> ORDER = Comparator.comparing(Advisory::packageName)
            .thenComparing(Advisory::id)
            .thenComparing(Advisory::introduced);

    private AdvisoryFile() {}

    static List<Advisory> ofTheJar() throws IOException {
        return read("/advisories-maven.csv", Csv.reader(COLUMNS_OF_THE_JAR));
    }

    static List<Advisory> newer() throws IOException {
        return read("/newer-advisories.csv", Csv.reader());
    }

    /** Writes the advisories for the packages of some dependencies. */
    static void write(Path file, LocalDate date, List<Advisory> advisories, Collection<Dependency> dependencies)
            throws IOException {
        Set<String> packages =
                dependencies.stream().map(Dependency::packageName).collect(toSet());
        try (BufferedWriter text = Files.newBufferedWriter(file)) {
            text.write("# GitHub Advisory Database, https://github.com/github/advisory-database, CC BY 4.0,\n");
            text.write("# for the packages that the published artifacts depend on, as of " + date + ".\n");
            SequenceWriter rows = Csv.writer(Advisory.class).writeValues(text);
            for (Advisory advisory : advisories.stream().sorted(ORDER).toList()) {
                if (packages.contains(advisory.packageName())) {
                    rows.write(advisory);
                }
            }
        }
    }

    private static List<Advisory> read(String resource, ObjectReader csv) throws IOException {
        try (InputStream file = AdvisoryFile.class.getResourceAsStream(resource)) {
            if (file == null) {
                throw new IOException("Not on the class path: " + resource);
            }
            return read(file, csv);
        }
    }

    static List<Advisory> read(InputStream file, ObjectReader csv) throws IOException {
        try (MappingIterator<Advisory> rows = csv.forType(Advisory.class).readValues(file)) {
            return rows.readAll();
        }
    }
}
