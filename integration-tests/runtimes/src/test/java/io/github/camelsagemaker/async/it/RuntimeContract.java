package io.github.camelsagemaker.async.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the component does in every runtime: the job, and refusing what cannot work. */
abstract class RuntimeContract extends JobContract {

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
