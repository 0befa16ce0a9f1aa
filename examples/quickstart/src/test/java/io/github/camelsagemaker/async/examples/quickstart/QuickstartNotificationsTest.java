package io.github.camelsagemaker.async.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The quickstart when results are learnt of by a queue. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QuickstartNotificationsTest {

    private QuickstartRun run;

    @BeforeAll
    void sendTheSamples() throws Exception {
        run = QuickstartRun.with("-Dquickstart.results=notifications");
    }

    @Test
    void everyDocumentHasAResult() {
        assertThat(run.status()).as(run.output()).isZero();
        assertThat(run.results()).hasSize(14);
    }

    @Test
    void theFailureTellsItsReason() {
        assertThat(run.results().values())
                .filteredOn(result -> result.group(4).equals("FAILED"))
                .singleElement()
                .satisfies(result -> {
                    assertThat(result.group(1)).isEqualTo("order-broken.json");
                    assertThat(result.group(6)).contains("3 brackets are never closed");
                });
    }

    @Test
    void s3IsNeitherListedNorReadBecauseTheNotificationsHoldTheResults() {
        assertThat(run.row("S3 listings")[0]).isZero();
        assertThat(run.row("S3 reads")[0]).isZero();
        assertThat(run.row("SQS receives and deletes")[0]).isBetween(2L, 60L);
    }

    @Test
    void anUnknownWayOfResultsIsRefused() throws Exception {
        QuickstartRun refused = QuickstartRun.with("-Dquickstart.results=telepathy");

        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.output()).contains("quickstart.results is 'telepathy', but must be notifications or scan");
    }
}
