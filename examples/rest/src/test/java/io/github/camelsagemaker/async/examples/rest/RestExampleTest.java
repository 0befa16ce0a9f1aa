package io.github.camelsagemaker.async.examples.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example in a JVM of its own, as a user starts it. */
class RestExampleTest {

    private static int status;
    private static String printed;

    @BeforeAll
    static void run(@TempDir Path folder) throws Exception {
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Drest.parts=200", // The README's command, which CI runs too, sends a thousand.
                        "-classpath",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        RestExample.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(4, TimeUnit.MINUTES))
                    .as("the example ends by itself")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        status = process.exitValue();
        printed = Files.readString(output);
    }

    @Test
    void endsWellWhenAllAnswersAreThere() {
        assertThat(status).as(printed).isZero();
    }

    @Test
    void aDocumentIsAcceptedAndItsResultComesLaterWithItsHeader() {
        assertThat(printed)
                .containsPattern("POST /documents +202 [0-9a-f-]{36}\\R")
                .contains("Queue: order 4711 COMPLETED: LATER");
    }

    @Test
    void aCallerThatWaitsGetsTheAnswerOrTheFailure() {
        assertThat(printed)
                .containsPattern("POST /answers +200 AT ONCE\\R")
                .containsPattern("POST /answers +502 .*reports a failed inference");
    }

    @Test
    void aBatchComesBackWhole() {
        assertThat(printed)
                .containsPattern("POST /batches +202 ")
                .contains("Queue: order 4714, the batch: {COMPLETED=198, FAILED=2}");
    }
}
