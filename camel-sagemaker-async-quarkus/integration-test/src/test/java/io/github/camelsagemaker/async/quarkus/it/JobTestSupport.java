package io.github.camelsagemaker.async.quarkus.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
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
        Path folder = Path.of(System.getProperty("job.folder"), kind);
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(JobTestSupport::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Properties read(Path file) {
        Properties properties = new Properties();
        try (var in = Files.newBufferedReader(file)) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}
