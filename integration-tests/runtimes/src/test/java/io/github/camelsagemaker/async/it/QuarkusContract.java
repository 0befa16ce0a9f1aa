package io.github.camelsagemaker.async.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

/** What the extension adds, whatever the version of Quarkus. */
abstract class QuarkusContract extends RuntimeContract {

    @Test
    void isAFeatureOfTheApplication() throws Exception {
        Job job = job().withDocument("small", "small");

        try (RunningApplication running = application().start(job.settings(), folder)) {
            await().atMost(DEADLINE).untilAsserted(() -> assertThat(running.log())
                    .containsPattern("Installed features: \\[.*camel-sagemaker-async[,\\]]"));
        }
    }
}
