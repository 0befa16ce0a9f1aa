package io.github.camelsagemaker.async.quarkus.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.it.job.Notes;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Test;

/** The whole job inside the JVM of the test, with what Quarkus injects. */
abstract class JobTestSupport {

    private static final int LARGE = 300_000;
    private static final String HEADER = "CamelAwsSageMakerAsync";

    @Inject
    CamelContext camel;

    @Inject
    ProducerTemplate template;

    @Test
    void doesTheWholeJob() {
        template.sendBody("direct:documents", "small");
        template.sendBody("direct:documents", "x".repeat(LARGE));
        template.sendBody("direct:documents", "broken");

        await().atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(notes("results")).hasSize(3));
        assertThat(headers("accepted", "PayloadMode")).containsExactlyInAnyOrder("INLINE", "INLINE", "S3");
        assertThat(headers("results", "InvocationStatus"))
                .containsExactlyInAnyOrder("COMPLETED", "COMPLETED", "FAILED");
        assertThat(notes("results"))
                .extracting(result -> result.getProperty(HEADER + "FailureReason", result.getProperty("body")))
                .contains("5 bytes", LARGE + " bytes")
                .anySatisfy(answer -> assertThat(answer).contains("cannot read this document"));
        assertLearnedOf(headers("results", "ReceivedTime"));
    }

    /** Only a notification tells when SageMaker received the request. */
    abstract void assertLearnedOf(List<String> receivedTimes);

    private static List<String> headers(String kind, String name) {
        return notes(kind).stream().map(note -> note.getProperty(HEADER + name)).toList();
    }

    private static List<Properties> notes(String kind) {
        return Notes.read(Path.of(System.getProperty("job.folder"), kind));
    }
}
