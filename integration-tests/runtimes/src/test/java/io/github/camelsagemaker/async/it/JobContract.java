package io.github.camelsagemaker.async.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.camelsagemaker.async.testinfra.JavaCommand;
import io.github.camelsagemaker.async.testinfra.LocalAws;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole job, in both ways of learning of a result, with the packaged application in a process of its own. */
abstract class JobContract {

    static final Duration DEADLINE = Duration.ofMinutes(2);

    private static LocalAws aws;

    @TempDir
    Path folder;

    private final String name = "it-" + UUID.randomUUID();

    abstract Application application();

    @BeforeAll
    static void startAws() {
        aws = LocalAws.start();
    }

    final LocalAws aws() {
        return aws;
    }

    @AfterAll
    static void stopAws() {
        aws.close();
    }

    @Test
    void doesTheWholeJobByScanning() throws Exception {
        Job job = job();

        assertDoesTheWholeJob(job, job.settings());

        // Only a notification tells when SageMaker received the request.
        assertThat(headers(job.results(), "ReceivedTime")).containsOnlyNulls();
        assertThat(aws.ledger().calls("ReceiveMessage")).isZero();
    }

    @Test
    void doesTheWholeJobByNotification() throws Exception {
        Job job = job();

        assertDoesTheWholeJob(job, job.settingsForNotifications());

        assertThat(headers(job.results(), "ReceivedTime")).hasSize(3).doesNotContainNull();
        assertThat(job.unsettledMessages()).isZero();
    }

    @Test
    @Tag("soak")
    void doesTheWholeJobOnJava25() throws Exception {
        Optional<Path> home = JavaCommand.findJdk(25);
        assumeTrue(home.isPresent(), "No JDK 25 is installed");
        assumeTrue(runsOnJava25(), "This runtime does not start on Java 25");
        Job job = job();

        assertDoesTheWholeJob(job, job.settings().java(home.get()));
    }

    /** Whether the runtime itself starts there. */
    boolean runsOnJava25() {
        return true;
    }

    final Job job() {
        return new Job(aws, name, folder);
    }

    private void assertDoesTheWholeJob(Job job, Settings settings) throws Exception {
        job.withDocument("small", "small")
                .withDocument("large", "x".repeat(Job.LARGE))
                .withDocument("broken", "broken");
        aws.ledger().reset();

        try (RunningApplication running = application().start(settings, folder)) {
            awaitResults(running, job, 3);

            assertThat(headers(job.accepted(), "PayloadMode")).containsExactlyInAnyOrder("INLINE", "INLINE", "S3");
            assertThat(headers(job.results(), "InvocationStatus"))
                    .containsExactlyInAnyOrder("COMPLETED", "COMPLETED", "FAILED");
            assertThat(job.results())
                    .extracting(JobContract::answer)
                    .contains("5 bytes", Job.LARGE + " bytes")
                    .anySatisfy(answer -> assertThat(answer).contains("cannot read this document"));
            Report.write(application(), job.results().get(0));
            assertThat(running.stops(30)).as(running.log()).isTrue();
        }
    }

    private static void awaitResults(RunningApplication running, Job job, int count) {
        await().atMost(DEADLINE)
                .failFast("The application ended", () -> !running.isRunning())
                .untilAsserted(() -> {
                    assertThat(job.results()).as(running::log).hasSize(count);
                    assertThat(job.accepted()).as(running::log).hasSize(count);
                });
    }

    /** A failure that a notification tells of has its reason in a header, and may have no body. */
    private static String answer(Properties result) {
        return result.getProperty(Job.HEADER + "FailureReason", result.getProperty("body"));
    }

    private static List<String> headers(List<Properties> notes, String name) {
        return notes.stream().map(note -> note.getProperty(Job.HEADER + name)).toList();
    }
}
