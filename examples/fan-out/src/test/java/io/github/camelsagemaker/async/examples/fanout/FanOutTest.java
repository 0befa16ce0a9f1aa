package io.github.camelsagemaker.async.examples.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example in a JVM of its own, as a user starts it. */
class FanOutTest {

    @Test
    void everySubscriberGetsEveryResultWithItsStatus(@TempDir Path folder) throws Exception {
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-classpath",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        FanOut.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(4, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }

        String printed = Files.readString(output);
        assertThat(process.exitValue()).as(printed).isZero();
        for (String subscriber : List.of("archive", "alerts")) {
            assertThat(printed)
                    .containsPattern(subscriber + " +COMPLETED THE QUICK BROWN FOX\\R")
                    .containsPattern(subscriber + " +FAILED +.*cannot read")
                    .as("too large for SNS, so its place is told")
                    .containsPattern(subscriber + " +COMPLETED s3://fan-out/results/");
        }
    }
}
