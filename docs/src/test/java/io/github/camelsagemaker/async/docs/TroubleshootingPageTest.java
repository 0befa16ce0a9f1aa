package io.github.camelsagemaker.async.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The messages on the page are those of the component, and those of the component are on the page. */
class TroubleshootingPageTest {

    private static final Path SOURCES = Page.repository().resolve("camel-sagemaker-async/src/main/java");
    private static final Pattern FIRST_CELL = Pattern.compile("^\\| (`.*?) \\| ", Pattern.MULTILINE);
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern PLUS = Pattern.compile("\"\\s*\\+\\s*\"");

    /** What logs, or makes an exception; the literals up to the end of the statement. */
    private static final Pattern MESSAGE =
            Pattern.compile("(?:LOG\\.(?:warn|error)|new \\w+Exception|super|report)\\(\\s*\"[^;]*;");

    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** What cannot happen on a Java platform, or in a jar that was built, and what is a part of another message. */
    private static final Pattern INTERNAL = Pattern.compile("Every Java platform|Texts can always|schema script"
            + "|does not know its type|A result ends an invocation|is a gauge|The stream is closed|Interrupted while"
            + "|An inference id has|\\{} \\{}|\"camel\"|The failure's content|The key of |A key with|The exchange of ");

    private final String sources = sources();

    @Test
    void everyMessageOnThePageIsOneOfTheComponent() {
        assertThat(fragments()).hasSizeGreaterThan(100).allSatisfy(fragment -> assertThat(sources)
                .contains(fragment));
    }

    @Test
    void everyMessageOfTheComponentIsOnThePage() {
        List<String> fragments =
                fragments().stream().filter(fragment -> fragment.length() > 6).toList();
        List<String> unexplained = new ArrayList<>();
        MESSAGE.matcher(sources).results().map(MatchResult::group).forEach(statement -> {
            String text = LITERAL.matcher(statement)
                    .results()
                    .map(literal -> literal.group(1))
                    .collect(Collectors.joining("…"));
            if (text.length() > 20
                    && !INTERNAL.matcher(statement).find()
                    && fragments.stream().noneMatch(text::contains)) {
                unexplained.add(text);
            }
        });
        assertThat(unexplained)
                .as("add a row to docs/guides/troubleshooting.md")
                .isEmpty();
    }

    private static List<String> fragments() {
        return FIRST_CELL
                .matcher(Page.of("docs/guides/troubleshooting.md").text())
                .results()
                .flatMap(cell -> CODE.matcher(cell.group(1)).results())
                .flatMap(code -> Stream.of(code.group(1).split("…")))
                .filter(fragment -> !fragment.isBlank())
                .toList();
    }

    private static String sources() {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            StringBuilder text = new StringBuilder();
            for (Path file :
                    files.filter(name -> name.toString().endsWith(".java")).toList()) {
                text.append(PLUS.matcher(Files.readString(file)).replaceAll(""));
            }
            return text.toString().replace("{}", "…");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
