package io.github.camelsagemaker.async.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs every benchmark once and short, so that none can rot. What it measured is worth nothing and is not looked at. */
@Tag("soak")
class SmokeTest {

    private static final GrowthRun.Sizes SMALL =
            new GrowthRun.Sizes(List.of(40), List.of(1_100), 6, List.of(3), List.of(2), 30, 1, 200);

    @Test
    void everyBenchmarkRunsAndIsOnThePage(@TempDir Path folder) throws Exception {
        String page = Benchmarks.run(Scale.smoke(), folder);

        assertThat(folder.resolve("results.md")).hasContent(page);
        assertThat(Files.size(folder.resolve("results.png"))).isPositive();
        assertThat(page)
                .contains("1 KiB in the call, 2 at once", "1 MiB through S3, 2 at once")
                .contains("result in the notification", "result in S3")
                .contains("50 results in the bucket", "by scanning, 50 results kept")
                .contains("| result in S3 | loop by hand |", "The component as a ratio to the loop by hand")
                .contains("| component | 20 | 1 |", "| polling waiter | 20 | 1 |")
                .contains("| 41,943,040 | 4 handled |")
                .contains("An idle scanning route at default settings lists each of its places ")
                .contains("exchanges wait for their results (20 inferences)")
                .contains("requestOfText")
                .contains("| AWS SDK, producer |");
    }

    @Test
    void growthIsTheLastSectionOfThePageAndTheOthersStay(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("results.md"), "# Results\n\n## Growth\n\nof another day\n");

        String section = GrowthRun.run(SMALL, 1, 20, folder);

        assertThat(folder.resolve("results.md")).hasContent("# Results\n" + section);
        assertThat(section)
                .contains("| messages that wait | 40 |", "| kept objects in the scanned prefix | 1,100 |")
                .contains("| routes in a context | 3 |", "| nodes on one queue | 2 |")
                .contains("listings a minute");
    }
}
