package io.github.camelsagemaker.async.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The README quotes what the benchmarks measured last. */
class ReadmeNumbersTest {

    private static final Page RESULTS = Page.of("docs/benchmarks/results.md");
    private static final String AT_ONCE = "payload in the call, result in the notification, arriving at once (";
    private static final String POLLING = "upload, invoke, ask for output and failure every 15 seconds, read (";
    private static final String PRODUCER = "1 KiB in the call, 64 at once: throughput, of the ";

    @Test
    void itsNumbersAreThoseOfTheResults() {
        String readme = Page.of("README.md").text();
        String section = readme.substring(readme.indexOf("**What it costs.**"), readme.indexOf("## Try it"));

        assertThat(Pattern.compile("\\*\\*([\\d.,]+)\\*\\*")
                        .matcher(section)
                        .results()
                        .map((MatchResult m) -> m.group(1)))
                .containsExactly(
                        measured(PRODUCER + "AWS SDK's", 2),
                        measured(PRODUCER + "upload-first route's", 2),
                        measured(AT_ONCE, 1),
                        measured(AT_ONCE, 3),
                        measured(POLLING, 1),
                        measured(POLLING, 3),
                        measured("component | stream of unknown length |", 4));
    }

    /** What stands in this column, without its quartiles, of the only row that begins so. */
    private static String measured(String row, int column) {
        List<String> rows = RESULTS.text()
                .lines()
                .filter(line -> line.startsWith("| " + row))
                .toList();
        assertThat(rows).as(row).hasSize(1);
        return rows.get(0).split(" *\\| *")[column + 1].replaceFirst(" .*", "");
    }
}
