package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.testinfra.JavaCommand;
import io.github.camelsagemaker.async.testinfra.LocalAwsExtension;
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
import org.junit.jupiter.api.extension.RegisterExtension;

/** More results at once than the heap has room for: 240 MiB in one of 192. */
// A thread of its own, because reading what a process prints cannot be interrupted.
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("any-camel")
class ManyLargeResultsTest {

    private static final Path LOG = Path.of("target/many-large-results.log");
    private static final int RESULTS = 24;
    private static final int BYTES = 10 << 20;

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    private ResultsByQueue results;

    @BeforeEach
    void resultsAreThere() {
        results = new ResultsByQueue(AWS.aws());
        AWS.aws().putObjects(results.bucket, "out/", RESULTS, new byte[BYTES]);
    }

    @AfterEach
    void makeRoom() {
        AWS.aws().keys(results.bucket, "out/").forEach(key -> AWS.aws()
                .s3Client()
                .deleteObject(delete -> delete.bucket(results.bucket).key(key))
                .join());
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

        assertThat(AWS.aws().keys(results.bucket, "out/")).isEmpty();
    }

    private void assertAllAreEmittedOnce(String uri) throws Exception {
        Process consumer = new JavaCommand(
                        ManyLargeResultsMain.class, uri + "&forcePathStyle=true", Integer.toString(RESULTS))
                .options("-Xmx192m", "-XX:+ExitOnOutOfMemoryError")
                .properties(AWS.aws().sdkSystemProperties())
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
        System.out.println("MEASURED " + RESULTS + " results of " + BYTES + " bytes in 192 MiB: " + outcome);
        assertThat(consumer.waitFor()).as("see %s", LOG).isZero();
        assertThat(outcome)
                .containsEntry("ended", "true")
                .containsEntry("results", Integer.toString(RESULTS))
                .containsEntry("bytes", Long.toString((long) RESULTS * ManyLargeResultsMain.READ))
                .containsEntry("kinds", "{bytes=" + RESULTS + "}")
                .containsEntry("failures", "{}");
    }
}
