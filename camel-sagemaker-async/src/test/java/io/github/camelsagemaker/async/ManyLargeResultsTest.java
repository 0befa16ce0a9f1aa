package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.testinfra.JavaCommand;
import io.github.camelsagemaker.async.testinfra.LocalAws;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More results at once than the heap has room for: 640 MiB in one of 512. */
// A thread of its own, because reading what a process prints cannot be interrupted.
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("any-camel")
class ManyLargeResultsTest {

    private static final Path LOG = Path.of("target/many-large-results.log");
    private static final int RESULTS = 64;
    private static final int BYTES = 10 << 20;

    private LocalAws aws;
    private ResultsByQueue results;

    @BeforeEach
    void resultsAreThere() {
        aws = LocalAws.start();
        results = new ResultsByQueue(aws);
        aws.putObjects(results.bucket, "out/", RESULTS, new byte[BYTES]);
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void byQueueAllAreEmittedAtTheFirstAttempt() throws Exception {
        results.sendAll(IntStream.range(0, RESULTS)
                .mapToObj(i -> results.completed(String.format("%06d.out", i)))
                .toList());

        assertAllAreEmittedOnce(results.uri(""));

        assertThat(results.messages()).isZero();
    }

    @Test
    void byScanningAllAreEmittedAtTheFirstAttempt() throws Exception {
        assertAllAreEmittedOnce("sagemaker-async:model?delay=100&outputLocation=s3://" + results.bucket + "/out/");

        assertThat(aws.keys(results.bucket, "out/")).isEmpty();
    }

    private void assertAllAreEmittedOnce(String uri) throws Exception {
        Process consumer = new JavaCommand(
                        ManyLargeResultsMain.class, uri + "&forcePathStyle=true", Integer.toString(RESULTS))
                .options("-Xmx512m", "-XX:+ExitOnOutOfMemoryError")
                .properties(aws.sdkSystemProperties())
                .start(LOG);
        Map<String, String> outcome = new HashMap<>();
        consumer.inputReader(StandardCharsets.UTF_8)
                .lines()
                .takeWhile(line -> !line.equals("done"))
                .forEach(line -> {
                    int equals = line.indexOf('=');
                    if (equals > 0) {
                        outcome.put(line.substring(0, equals), line.substring(equals + 1));
                    }
                });
        System.out.println("MEASURED " + RESULTS + " results of " + BYTES + " bytes in 512 MiB: " + outcome);
        assertThat(consumer.waitFor()).as("see %s", LOG).isZero();
        assertThat(outcome)
                .containsEntry("ended", "true")
                .containsEntry("results", Integer.toString(RESULTS))
                .containsEntry("bytes", Long.toString((long) RESULTS * ManyLargeResultsMain.READ))
                .containsEntry("kinds", "{bytes=" + RESULTS + "}")
                .containsEntry("failures", "{}");
    }
}
