package io.github.camelsagemaker.async.examples.karaf;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.examples.karaf.run.RunInKaraf;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

/** Starts the example in a JVM of its own, as a user does, and reads what it prints. */
@EnabledForJreRange(max = JRE.JAVA_21, disabledReason = "Karaf 4.4 does not start on newer ones")
class KarafExampleIT {

    @TempDir
    Path folder;

    @Test
    void everyDocumentHasAResult() throws Exception {
        String output = run(0);

        assertThat(output)
                .contains("COMPLETED  6 bytes")
                .contains("COMPLETED  500000 bytes")
                .containsPattern("FAILED  .*cannot read this document")
                .contains("Results: 3 of 3");
    }

    @Test
    void anUnknownAwsIsRefused() throws Exception {
        assertThat(run(1, "-Dkaraf.example.aws=somewhere"))
                .contains("karaf.example.aws is 'somewhere', but must be local or real");
    }

    private String run(int status, String... options) throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        List<String> command = Stream.of(
                        Stream.of(Path.of(System.getProperty("java.home"), "bin", "java")
                                .toString()),
                        Stream.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                        Stream.of("karaf.home", "karaf.camel-core", "karaf.kar", "karaf.bundle")
                                .map(name -> "-D" + name + "=" + System.getProperty(name)),
                        Stream.of("-Djava.io.tmpdir=" + folder),
                        Stream.of(options),
                        Stream.of("-classpath", classPath(), RunInKaraf.class.getName()))
                .flatMap(part -> part)
                .toList();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(7, TimeUnit.MINUTES))
                    .as("the example ends by itself")
                    .isTrue();
            assertThat(process.exitValue()).as(Files.readString(output)).isEqualTo(status);
            return Files.readString(output);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String classPath() {
        return Stream.of(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                        .split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("test-classes"))
                .reduce((first, second) -> first + File.pathSeparator + second)
                .orElseThrow();
    }
}
