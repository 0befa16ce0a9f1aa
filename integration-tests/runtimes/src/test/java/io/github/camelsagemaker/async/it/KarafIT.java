package io.github.camelsagemaker.async.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.it.karaf.KarafServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

@EnabledForJreRange(max = JRE.JAVA_21, disabledReason = "Karaf 4.4 does not start on newer ones")
class KarafIT extends RuntimeContract {

    @Override
    KarafApplication application() {
        return new KarafApplication();
    }

    @Override
    boolean runsOnJava25() {
        return false;
    }

    /** All that the SDK is made of is wired to this bundle, and holds names in static registries that must go together. */
    @Test
    @Tag("soak")
    void worksOnAfterTheSdkWasRefreshed() throws Exception {
        Job job = job().withDocument("small", "small");
        KarafServer server = application().server(job.settings(), folder);

        try (RunningApplication running = application().start(server, job.settings())) {
            await().atMost(DEADLINE)
                    .untilAsserted(
                            () -> assertThat(job.results()).as(running::log).hasSize(1));

            server.refresh("software.amazon.awssdk.utils");

            // What is in the folder is sent at each start of the job.
            await().atMost(DEADLINE)
                    .untilAsserted(
                            () -> assertThat(job.results()).as(running::log).hasSize(2));
            assertThat(running.stops(30)).as(running::log).isTrue();
        }
    }
}
