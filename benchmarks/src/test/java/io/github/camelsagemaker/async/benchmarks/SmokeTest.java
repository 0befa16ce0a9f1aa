package io.github.camelsagemaker.async.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs every benchmark once and short, so that none can rot. What it measured is worth nothing and is not looked at. */
@Tag("soak")
class SmokeTest {

    @Test
    void everyBenchmarkRunsAndIsOnThePage(@TempDir Path folder) throws Exception {
        String page = Benchmarks.run(Scale.smoke(), folder);

        assertThat(folder.resolve("results.md")).hasContent(page);
        assertThat(Files.size(folder.resolve("results.png"))).isPositive();
        assertThat(page)
                .contains("1 KiB in the call, 2 at once", "1 MiB through S3, 2 at once")
                .contains("result in the notification", "result in S3")
                .contains("50 results in the bucket", "by scanning, 50 results kept")
                .contains("| component | 20 |", "| polling waiter | 20 |")
                .contains("exchanges wait for their results (20 inferences)")
                .contains("requestOfText")
                .contains("| AWS SDK, producer |");
    }
}
