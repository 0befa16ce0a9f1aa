package io.github.camelsagemaker.async.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The architecture page speaks of the code that is there. */
class ArchitecturePageTest {

    private static final Path SOURCES =
            Page.repository().resolve("camel-sagemaker-async/src/main/java/io/github/camelsagemaker/async");
    private static final Pattern PACKAGE_ROW = Pattern.compile("^\\| \\d \\| `([\\w.]+)` \\|", Pattern.MULTILINE);
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
