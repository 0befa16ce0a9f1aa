package io.github.camelsagemaker.async.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The architecture page speaks of the code that is there. */
class ArchitecturePageTest {

    private static final Path SOURCES =
            Page.repository().resolve("camel-sagemaker-async/src/main/java/io/github/camelsagemaker/async");
    private static final Pattern PACKAGE_ROW = Pattern.compile("^\\| \\d \\| `([\\w.]+)` \\|", Pattern.MULTILINE);
    private static final Pattern FLOOR_ROW = Pattern.compile("^\\| (\\d) \\| `?([\\w.()]+)`? \\|", Pattern.MULTILINE);
    private static final Pattern WALK_ROW = Pattern.compile("^\\| `?([\\w.()]+)`? \\| (`.*) \\|$", Pattern.MULTILINE);
    private static final Pattern NODE = Pattern.compile("[\\[{](\\w*[a-z][A-Z]\\w*)");

    private final Page page = Page.of("docs/architecture/README.md");

    @Test
    void theTableOfPackagesIsComplete() throws Exception {
        Set<String> packages;
        try (Stream<Path> files = Files.walk(SOURCES)) {
            packages = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("package-info.java"))
                    .map(file -> SOURCES.relativize(file.getParent()).toString().replace('/', '.'))
                    .filter(name -> !name.isEmpty())
                    .collect(Collectors.toSet());
        }
        String table = page.text()
                .substring(page.text().indexOf("<!-- packages -->"), page.text().indexOf("Ports are small"));
        assertThat(PACKAGE_ROW.matcher(table).results().map(row -> row.group(1)))
                .containsExactlyInAnyOrderElementsOf(packages);
    }

    /** Each package once, from floor to floor, and each class is used by one that comes before it. */
    @ParameterizedTest
    @ValueSource(strings = {"request", "result"})
    void theWalkIsThatOfTheCode(String way) throws Exception {
        String table = page.text().substring(page.text().indexOf("<!-- walk of a " + way + " -->"));
        List<MatchResult> rows = WALK_ROW.matcher(table.substring(0, table.indexOf("\n\n", table.indexOf("|---"))))
                .results()
                .toList();
        Map<String, Integer> floors = floors();

        assertThat(rows.stream().map(row -> floors.get(row.group(1))))
                .isSortedAccordingTo(Comparator.reverseOrder())
                .hasSizeGreaterThan(3);
        assertThat(rows.stream().map(row -> row.group(1))).doesNotHaveDuplicates();
        StringBuilder before = new StringBuilder();
        for (MatchResult row : rows) {
            Path folder = row.group(1).equals("(root)")
                    ? SOURCES
                    : SOURCES.resolve(row.group(1).replace('.', '/'));
            for (MatchResult name :
                    Pattern.compile("\\w+").matcher(row.group(2)).results().toList()) {
                if (row != rows.get(0)) { // whoever Camel calls
                    assertThat(before).containsPattern("\\b" + name.group() + "\\b");
                }
                before.append(Files.readString(folder.resolve(name.group() + ".java")));
            }
        }
    }

    private Map<String, Integer> floors() {
        return FLOOR_ROW
                .matcher(page.text())
                .results()
                .collect(Collectors.toMap(
                        row -> row.group(2), row -> Integer.valueOf(row.group(1)), (one, same) -> one));
    }

    @Test
    void everyClassInADrawingExists() throws Exception {
        Set<String> classes = classes();
        Set<String> drawn = page.blocks().stream()
                .filter(block -> block.language().equals("mermaid"))
                .flatMap(block -> NODE.matcher(block.content()).results())
                .map((MatchResult node) -> node.group(1))
                .collect(Collectors.toSet());
        assertThat(drawn).isNotEmpty().isSubsetOf(classes);
    }

    private static Set<String> classes() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());
        }
    }
}
