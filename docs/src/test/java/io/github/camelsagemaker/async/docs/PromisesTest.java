package io.github.camelsagemaker.async.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a page promises is a test, and the classes that it shows are those that were tested. */
class PromisesTest {

    private static final Pattern TABLE = Pattern.compile("<!-- promises: [a-z]+ -->\\R\\R((?:\\|.*\\R)+)");
    private static final Pattern ROW = Pattern.compile("\\| .+ \\| `(\\w+)\\.(\\w+)` \\|");

    static Stream<String> rows() {
        return Page.all().stream()
                .flatMap(page -> TABLE.matcher(page.text()).results())
                .flatMap(table -> table.group(1).lines().skip(2));
    }

    static List<Page.Block> sources() {
        return Page.blocks("java").stream()
                .filter(block -> "source".equals(block.marker()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void eachRowIsATest(String row) throws IOException {
        Matcher named = ROW.matcher(row);
        assertThat(named.matches()).as(row).isTrue();
        List<Path> classes = SourceFiles.named("/" + named.group(1) + ".java");
        assertThat(classes).as(row).hasSize(1);
        assertThat(Files.readString(classes.get(0))).containsPattern("@Test\\s+void " + named.group(2) + "\\(");
    }

    @ParameterizedTest
    @MethodSource("sources")
    void eachClassIsTheOneThatWasTested(Page.Block block) throws IOException {
        assertThat(Files.readString(Page.repository().resolve(block.name().strip())))
                .endsWith(";\n\n" + block.content() + "\n");
    }
}
