package io.github.camelsagemaker.async.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.testinfra.AcceptedRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the component does in every runtime: the job, and refusing what cannot work. */
abstract class RuntimeContract extends JobContract {

    private static final int DOCUMENTS = 40;
    private static final int TERMINATIONS = "full".equals(System.getProperty("soak.size")) ? 20 : 1;

    @Test
    void refusesAnOptionThatDoesNotExist() throws Exception {
        Job job = job().withDocument("small", "small");

        assertRefused(job, job.settings().option("inputLocaton", "s3://x/"), "inputLocaton");
    }

    @Test
    @Tag("soak")
    @Tag("soak-full")
    void refusesToStartWithoutARegion() throws Exception {
        Job job = job().withDocument("small", "small");

        assertRefused(
                job,
                job.settings().without("aws.region").system("aws.disableEc2Metadata", true),
                "option region or by AWS_REGION");
    }

    @Test
    @Tag("soak")
    @Tag("soak-full")
    void refusesToStartWithoutTheBucketItReceivesFrom() throws Exception {
        Job job = job().withDocument("small", "small");

        assertRefused(
                job,
                job.settings().option("output-location", "s3://no-such-bucket/out/"),
                "Option outputLocation is 's3://no-such-bucket/out/', but there is no bucket 'no-such-bucket'");
    }

    @Test
    @Tag("soak")
    @Tag("soak-full")
    void refusesToStartWithoutTheBucketItSendsTo() throws Exception {
        Job job = job().withDocument("small", "small");

        assertRefused(
                job,
                job.settings().option("input-location", "s3://no-such-bucket/in/"),
                "Option inputLocation is 's3://no-such-bucket/in/', but there is no bucket 'no-such-bucket'");
    }

    /** At random moments with work in both directions: what is under way ends, and the rest is there for the next start. */
    @Test
    @Tag("soak")
    void losesNothingWhenItIsTerminated() throws Exception {
        Job job = job();
        for (int i = 0; i < DOCUMENTS; i++) {
            job.withDocument("document-" + i, i % 10 == 0 ? "broken" : "x".repeat(i % 10 == 1 ? Job.LARGE : 100));
        }
        Random random = new Random();
        aws().ledger().reset();

        for (int i = 0; i < TERMINATIONS; i++) {
            int accepted = job.accepted().size() + random.nextInt(DOCUMENTS);
            int received = job.results().size() + random.nextInt(DOCUMENTS);
            try (RunningApplication running = start(job)) {
                await().atMost(DEADLINE)
                        .failFast("The application ended", () -> !running.isRunning())
                        .until(() -> job.accepted().size() > accepted
                                || job.results().size() > received);

                assertThat(running.stops(30)).as(running::log).isTrue();
            }
        }
        job.withoutDocuments();
        try (RunningApplication running = start(job)) {
            await().atMost(DEADLINE).untilAsserted(() -> assertThat(inferenceIds(job))
                    .containsExactlyInAnyOrderElementsOf(aws().ledger().accepted().stream()
                            .map(AcceptedRequest::inferenceId)
                            .toList()));
            assertThat(running.stops(30)).as(running::log).isTrue();
        }
        assertThat(job.unsettledMessages()).isZero();
    }

    @Test
    @Tag("soak")
    @Tag("soak-full")
    void startsAndStopsInBoundedTimeHoweverManyRoutesThereAreAndWhateverAwsDoes() throws Exception {
        new StartStopTimes(application(), aws(), folder).take();
    }

    /** In a folder of its own: a Karaf makes its home there. */
    private RunningApplication start(Job job) throws IOException {
        return application().start(job.settingsForNotifications(), Files.createTempDirectory(folder, "start"));
    }

    private static List<String> inferenceIds(Job job) {
        return job.results().stream()
                .map(result -> result.getProperty(Job.HEADER + "InferenceId"))
                .toList();
    }

    @Test
    void holdsTheComponentsJarUnchanged() throws IOException {
        assertUnchanged("camel-sagemaker-async");
    }

    final void assertUnchanged(String artifact) throws IOException {
        assertThat(application().jar(artifact))
                .isEqualTo(Files.readAllBytes(Path.of(System.getProperty("it.jar." + artifact))));
    }

    private void assertRefused(Job job, Settings settings, String message) throws IOException {
        try (RunningApplication running = application().start(settings, folder)) {
            await().atMost(DEADLINE).until(() -> application().hasRefused(running));

            assertThat(running.log()).contains(message);
            assertThat(job.accepted()).isEmpty();
        }
    }
}
