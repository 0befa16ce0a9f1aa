package io.github.camelsagemaker.async.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The threat model names tests that exist, and leaves no threat without one. */
class SecurityPageTest {

    private static final Pattern TEST = Pattern.compile("`(\\w+Test)`");

    private static List<String> threats() {
        String text = Page.of("SECURITY.md").text();
        String table = text.substring(text.indexOf("| threat |"), text.indexOf("## What is left to you"));
        return table.lines().skip(2).filter(line -> line.startsWith("|")).toList();
    }

    @Test
    void everyThreatNamesTestsThatExist() {
        Set<String> tests = SourceFiles.tests();

        assertThat(threats()).hasSizeGreaterThan(10).allSatisfy(threat -> {
            List<String> named =
                    TEST.matcher(threat).results().map(match -> match.group(1)).toList();
            assertThat(named).isNotEmpty();
            assertThat(tests).containsAll(named);
        });
    }

    @Test
    void everyMeterOfTheGuideExistsAndEveryMeterIsInTheGuide() {
        String guide = Page.of("docs/guides/operations.md").text();
        Set<String> documented = Pattern.compile("(?m)^\\| `(camel\\.sagemaker\\.async\\.[a-z.]+)`")
                .matcher(guide)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());

        assertThat(documented)
                .isEqualTo(Stream.of(io.github.camelsagemaker.async.internal.observe.Metric.values())
                        .map(io.github.camelsagemaker.async.internal.observe.Metric::meterName)
                        .collect(Collectors.toSet()));
    }
}
