package io.github.camelsagemaker.async.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The commands for contributors, which take too long for every build, name modules, tests and properties that exist. */
class MavenCommandsTest {

    private static final Page PAGE = Page.of("CONTRIBUTING.md");
    private static final Pattern COMMAND = Pattern.compile("\\bmvn -(?:[^`\\n\\\\]|\\\\\\n)+");
    private static final Pattern MODULES = Pattern.compile(" -pl (\\S+)");
    private static final Pattern TESTS = Pattern.compile(" -Dtest='?([^'\\s]+)");
    private static final Pattern PROPERTIES = Pattern.compile(" -D((?!test=|groups=|surefire\\.)[\\w.]+)");

    private static List<String> commands() {
        return COMMAND.matcher(PAGE.text()).results().map(MatchResult::group).toList();
    }

    private static Stream<String> named(Pattern pattern, String command) {
        Matcher matcher = pattern.matcher(command);
        return matcher.results().flatMap(match -> Stream.of(match.group(1).split(",")));
    }

    @Test
    void theirModulesAndTestsExist() {
        List<String> tests = List.copyOf(SourceFiles.tests());

        assertThat(commands()).hasSizeGreaterThan(5).allSatisfy(command -> {
            assertThat(named(MODULES, command))
                    .allMatch(module -> Files.isRegularFile(
                            Page.repository().resolve(module).resolve("pom.xml")));
            assertThat(named(TESTS, command))
                    .allMatch(name -> tests.stream().anyMatch(test -> test.matches(name.replace("*", ".*"))));
        });
    }

    @Test
    void theirPropertiesAreRead() throws IOException {
        StringBuilder readers = new StringBuilder();
        for (Path file : Stream.concat(SourceFiles.named("pom.xml").stream(), SourceFiles.named(".java").stream())
                .toList()) {
            readers.append(Files.readString(file));
        }

        assertThat(commands().stream().flatMap(command -> named(PROPERTIES, command)))
                .contains("faults.seeds", "soak.size")
                .allMatch(name -> readers.indexOf("\"" + name + "\"") >= 0 || readers.indexOf("<" + name) >= 0);
    }

    @Test
    void theNumberOfPlansIsThatOfTheBuild() throws IOException {
        String pom = Files.readString(Page.repository().resolve("integration-tests/faults/pom.xml"));
        Matcher seeds = Pattern.compile("<faults.seeds>(\\d+)</faults.seeds>").matcher(pom);

        assertThat(seeds.find()).isTrue();
        assertThat(PAGE.text()).contains("`mvn -B -T3 verify` tries " + seeds.group(1) + ".");
    }
}
