package io.github.camelsagemaker.async.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the component does in every runtime, tested with the packaged application in a process of its own. */
abstract class RuntimeContract {

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

    @AfterAll
    static void stopAws() {
        aws.close();
    }

    @Test
    void doesTheWholeJobByScanning() throws Exception {
        Job job = job().withDocument("small", "small")
                .withDocument("large", "x".repeat(Job.LARGE))
                .withDocument("broken", "broken");

        try (RunningApplication running = application().start(job.settings(), folder)) {
            awaitResults(running, job, 3);

            assertThat(headers(job.accepted(), "PayloadMode")).containsExactlyInAnyOrder("INLINE", "INLINE", "S3");
            assertThat(headers(job.results(), "InvocationStatus"))
                    .containsExactlyInAnyOrder("COMPLETED", "COMPLETED", "FAILED");
            assertThat(job.results())
                    .extracting(result -> result.getProperty("body"))
                    .contains("5 bytes", Job.LARGE + " bytes")
                    .anySatisfy(body -> assertThat(body).contains("cannot read this document"));
            report(job.results().get(0));
            assertThat(running.stops(30)).as(running.log()).isTrue();
        }
    }

    @Test
    void refusesAnOptionThatDoesNotExist() throws Exception {
        Job job = job().withDocument("small", "small");

        assertRefused(job, job.settings().option("inputLocaton", "s3://x/"), "inputLocaton");
    }

    @Test
    void refusesToStartWithoutARegion() throws Exception {
        Job job = job().withDocument("small", "small");

        assertRefused(
                job,
                job.settings().without("aws.region").system("aws.disableEc2Metadata", true),
                "option region or by AWS_REGION");
    }

    @Test
    void holdsTheComponentsJarUnchanged() throws IOException {
        assertUnchanged("camel-sagemaker-async");
    }

    final Job job() {
        return new Job(aws, name, folder);
    }

    final void assertUnchanged(String artifact) throws IOException {
        assertThat(application().jar(artifact))
                .isEqualTo(Files.readAllBytes(Path.of(System.getProperty("it.jar." + artifact))));
    }

    private void assertRefused(Job job, Settings settings, String message) throws IOException {
        try (RunningApplication running = application().start(settings, folder)) {
            await().atMost(DEADLINE).until(() -> !running.isRunning());

            assertThat(running.log()).contains(message);
            assertThat(job.accepted()).isEmpty();
        }
    }

    private static void awaitResults(RunningApplication running, Job job, int count) {
        await().atMost(DEADLINE)
                .untilAsserted(() -> assertThat(job.results()).as(running::log).hasSize(count));
    }

    private static List<String> headers(List<Properties> notes, String name) {
        return notes.stream().map(note -> note.getProperty(Job.HEADER + name)).toList();
    }

    private void report(Properties result) throws IOException {
        Path reports = Files.createDirectories(Path.of(System.getProperty("it.reports")));
        Files.writeString(
                reports.resolve(getClass().getSimpleName().replace("IT", "")),
                "Camel " + result.getProperty("camel") + ", Java " + result.getProperty("java") + "\n");
    }
}
