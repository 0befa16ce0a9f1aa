package io.github.camelsagemaker.async.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The component's page as Camel's own build takes it, made of docs/component.md: target/asciidoc has it. */
class AsciiDocPageTest {

    private static final Pattern LISTING = Pattern.compile("^----\\R.*?^----$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern CODE = Pattern.compile("`\\+[^`]+\\+`");

    private static final Page MARKDOWN = Page.of("docs/component.md");
    private static final String ASCIIDOC = AsciiDoc.of(MARKDOWN, Catalog.load());

    @BeforeAll
    static void write() throws Exception {
        Path folder = Files.createDirectories(Path.of(System.getProperty("basedir"), "target", "asciidoc"));
        Files.writeString(folder.resolve("sagemaker-async-component.adoc"), ASCIIDOC);
    }

    @Test
    void beginsWithTheAttributesOfTheCatalog() {
        assertThat(ASCIIDOC)
                .startsWith("= AWS SageMaker Asynchronous Inference Component\n"
                        + ":doctitle: AWS SageMaker Asynchronous Inference\n"
                        + ":shortname: sagemaker-async\n"
                        + ":artifactid: camel-sagemaker-async\n"
                        + ":description: Invoke Amazon SageMaker AI asynchronous endpoints and consume their results.\n"
                        + ":since: 1.0\n"
                        + ":supportlevel: Preview\n");
    }

    @Test
    void hasEverySectionThatIsNotOfOptions() {
        List<String> sections = MARKDOWN.text()
                .lines()
                .takeWhile(line -> !line.equals("## Options"))
                .filter(line -> line.startsWith("## "))
                .map(line -> "== " + line.substring(3))
                .toList();

        assertThat(sections).hasSizeGreaterThan(5);
        assertThat(ASCIIDOC.lines().filter(line -> line.startsWith("== "))).containsExactlyElementsOf(sections);
    }

    @Test
    void takesOptionsAndHeadersFromCamelsPartials() {
        assertThat(ASCIIDOC)
                .contains("include::partial$component-endpoint-options.adoc[]")
                .doesNotContain("| option | type |");
    }

    @Test
    void hasEverySample() {
        List<Page.Block> samples = MARKDOWN.blocks();

        assertThat(samples).hasSizeGreaterThan(3).allSatisfy(sample -> assertThat(ASCIIDOC)
                .contains("[source," + sample.language() + "]\n----\n" + sample.content() + "\n----\n"));
    }

    @Test
    void leavesNoMarkdown() {
        String prose = CODE.matcher(LISTING.matcher(ASCIIDOC).replaceAll("")).replaceAll("");

        assertThat(prose).doesNotContain("```", "](", "**", "<!--", "|---", "\n#", "\n> ", "\uE000");
        assertThat(ASCIIDOC.lines().filter("|==="::equals).count()).isEven();
    }
}
