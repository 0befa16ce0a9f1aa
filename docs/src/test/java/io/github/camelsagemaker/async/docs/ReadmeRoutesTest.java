package io.github.camelsagemaker.async.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The first routes of the README do what it says. Surefire runs this in a working directory of its own. */
class ReadmeRoutesTest {

    private DocumentedAws aws;
    private CamelContext context;

    @BeforeEach
    void start() throws IOException {
        for (String folder : List.of("inbox", "outbox", "failed")) {
            for (Path file : files(folder)) {
                Files.delete(file);
            }
        }
        aws = new DocumentedAws();
        context = DocumentedAws.camel();
    }

    @AfterEach
    void stop() {
        context.stop();
        aws.close();
    }

    @Test
    void javaRoutesCarryDocumentsThereAndBack() throws Exception {
        context.addRoutes(JavaSnippet.compileRoutes(firstBlock("java")));
        assertDocumentsGoThereAndBack();
    }

    @Test
    void yamlRoutesCarryDocumentsThereAndBack() throws Exception {
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("readme.yaml", firstBlock("yaml")));
        assertDocumentsGoThereAndBack();
    }

    private void assertDocumentsGoThereAndBack() throws IOException {
        Files.createDirectories(Path.of("inbox"));
        Files.writeString(Path.of("inbox/small.txt"), "a small document");
        Files.writeString(Path.of("inbox/large.txt"), "x".repeat(128_001));
        Files.writeString(Path.of("inbox/bad.txt"), "fail on this one");

        context.start();

        await().atMost(Duration.ofMinutes(3)).untilAsserted(() -> {
            assertThat(contents("outbox")).containsExactlyInAnyOrder("summary of 16 bytes", "summary of 128001 bytes");
            assertThat(contents("failed")).singleElement().asString().contains("asked to fail");
        });
    }

    private static String firstBlock(String language) {
        return Page.of("README.md").blocks().stream()
                .filter(block -> block.language().equals(language))
                .findFirst()
                .orElseThrow()
                .content();
    }

    private static List<String> contents(String folder) throws IOException {
        List<Path> files = files(folder);
        return Stream.of(files.toArray(Path[]::new)).map(ReadmeRoutesTest::read).toList();
    }

    private static List<Path> files(String folder) throws IOException {
        if (!Files.isDirectory(Path.of(folder))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
