package io.github.camelsagemaker.async.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.testinfra.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.util.FileUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The recipes whose point is a file do with it what they say. Surefire runs this in a working directory of its own. */
class CookbookTest {

    private static final Duration DEADLINE = Duration.ofMinutes(2);

    private DocumentedAws aws;
    private CamelContext context;

    @BeforeEach
    void start() {
        Stream.of("inbox", "pdfs", "texts", "records", "COMPLETED", "FAILED", "sent.txt")
                .forEach(left -> FileUtil.removeDir(Path.of(left).toFile()));
        aws = new DocumentedAws();
        context = DocumentedAws.camel();
    }

    @AfterEach
    void stop() {
        context.stop();
        aws.close();
    }

    @Test
    void resultsHaveTheNamesOfTheirFilesAndModelsTheContentTypes() throws Exception {
        write("inbox/report.pdf", "a report");
        write("inbox/bad.txt", "fail on this one");

        run("names");

        await().atMost(DEADLINE).untilAsserted(() -> {
            assertThat(Path.of("COMPLETED/report.pdf")).hasContent("summary of 8 bytes");
            assertThat(Path.of("FAILED/bad.txt")).isNotEmptyFile();
        });
        assertThat(aws.ledger().accepted())
                .extracting(request -> request.contentType())
                .containsExactlyInAnyOrder("application/pdf", "text/plain");
    }

    @Test
    void aPdfIsDeletedWithItsTextAndKeptWhenTheModelFails() throws Exception {
        write("pdfs/large.pdf", "x".repeat(128_001));
        write("pdfs/bad.pdf", "fail on this one");

        run("delete");

        await().atMost(DEADLINE).untilAsserted(() -> {
            assertThat(Path.of("texts/large.txt")).hasContent("summary of 128001 bytes");
            assertThat(Path.of("pdfs/large.pdf")).doesNotExist();
            assertThat(Path.of("pdfs/failed/bad.pdf")).hasContent("fail on this one");
            assertThat(aws.keys("in/")).isEmpty();
            assertThat(aws.keys("out/")).isEmpty();
        });
    }

    @Test
    void afterARestartThePartsAreSentThatWereNot() throws Exception {
        List<String> records =
                IntStream.range(0, 2500).mapToObj(i -> "record " + i).toList();
        write("records/night.txt", String.join("\n", records));
        AtomicInteger calls = new AtomicInteger();
        aws.faults()
                .forCalls(
                        "InvokeEndpointAsync",
                        call -> calls.incrementAndGet() > 1,
                        Integer.MAX_VALUE,
                        Fault.accessDenied403());

        run("million");
        await().atMost(DEADLINE).until(() -> Files.exists(Path.of("COMPLETED/night.txt-0")));
        context.stop();
        assertThat(aws.ledger().acceptedCount()).isEqualTo(1);

        aws.faults().clear();
        context = DocumentedAws.camel();
        run("million");
        await().atMost(DEADLINE).untilAsserted(() -> assertThat(Path.of("COMPLETED"))
                .isDirectoryContaining("glob:**night.txt-1")
                .isDirectoryContaining("glob:**night.txt-2"));
        assertThat(aws.ledger().acceptedCount()).isEqualTo(3);
    }

    private void run(String recipe) throws Exception {
        Page.Block block = Page.of("docs/guides/cookbook.md").blocks().stream()
                .filter(candidate -> recipe.equals(candidate.name()))
                .findFirst()
                .orElseThrow();
        context.addRoutes(JavaSnippet.compileRoutes(block.content()));
        context.start();
    }

    private static void write(String file, String content) throws IOException {
        Files.createDirectories(Path.of(file).getParent());
        Files.writeString(Path.of(file), content);
    }
}
