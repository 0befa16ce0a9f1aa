package io.github.camelsagemaker.async.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is internal may change with every release: nobody but the component uses it. */
class InternalTypesTest {

    private static final Path ROOT = Page.repository();
    private static final Path COMPONENT = ROOT.resolve("camel-sagemaker-async/src");
    private static final String INTERNAL = "io.github.camelsagemaker.async.internal";

    /** Tests of what is internal that need libraries which the component's own tests shall not have. */
    private static final Pattern TESTED_ELSEWHERE = Pattern.compile("integration-tests/(fuzz|operations)/src/test/.*");

    private static final Pattern PUBLIC_TYPE =
            Pattern.compile("^(?: {4})?public (?:\\w+ )*(?:class|interface|record|enum) \\w+", Pattern.MULTILINE);

    @Test
    void noOtherModuleUsesThem() throws IOException {
        int others = 0;
        for (Path file : SourceFiles.named(".java")) {
            boolean tested = TESTED_ELSEWHERE
                    .matcher(ROOT.relativize(file).toString().replace('\\', '/'))
                    .matches();
            if (!file.startsWith(COMPONENT) && !file.startsWith(ROOT.resolve("docs")) && !tested) {
                others++;
                assertThat(Files.readString(file)).as(file.toString()).doesNotContain(INTERNAL);
            }
        }
        assertThat(others).isGreaterThan(100);
    }

    @Test
    void thePublicTypesSayWhatTheyPromise() throws IOException {
        int types = 0;
        for (Path file : SourceFiles.named(".java")) {
            if (file.startsWith(COMPONENT.resolve("main"))
                    && !file.toString().replace('\\', '/').contains("/internal/")) {
                String source = Files.readString(file);
                for (MatchResult type : PUBLIC_TYPE.matcher(source).results().toList()) {
                    types++;
                    String before = source.substring(0, type.start());
                    // Nothing but annotations lies between.
                    assertThat(before.substring(before.lastIndexOf("*/") + 1))
                            .as(file + ": " + type.group())
                            .startsWith("/")
                            .doesNotContain(";");
                }
            }
        }
        assertThat(types).isGreaterThan(30);
    }
}
