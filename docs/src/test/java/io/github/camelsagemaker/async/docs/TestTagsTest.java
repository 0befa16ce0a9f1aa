package io.github.camelsagemaker.async.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The tags that tests are chosen by: see CONTRIBUTING.md. */
class TestTagsTest {

    private static final Pattern TAG = Pattern.compile("^ *@Tag\\(\"([^\"]+)\"\\)", Pattern.MULTILINE);

    @Test
    void thereAreNoOthersThanTheBuildKnows() throws IOException {
        for (Path file : SourceFiles.named(".java")) {
            assertThat(tags(Files.readString(file)))
                    .as(file.toString())
                    .isSubsetOf("soak", "soak-full", "no-camel", "any-camel");
        }
    }

    @Test
    void whatIsLeftOutOnOtherVersionsOfCamelDoesNotUseCamel() throws IOException {
        int leftOut = 0;
        for (Path file : SourceFiles.named("Test.java")) {
            String source = Files.readString(file);
            if (tags(source).contains("no-camel")) {
                leftOut++;
                assertThat(source).as(file.toString()).doesNotContain("org.apache.camel", "LocalAws");
            }
        }
        assertThat(leftOut).isGreaterThan(10);
    }

    private static List<String> tags(String source) {
        return TAG.matcher(source)
                .results()
                .map((MatchResult tag) -> tag.group(1))
                .toList();
    }
}
