package io.github.camelsagemaker.async.examples.quarkus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts the packaged application, as a user does, and reads what it wrote. */
class DocumentsIT {

    @TempDir
    Path folder;

    @Test
    void everyFileOfTheInboxHasAnAnswerInTheOutbox() throws Exception {
        Path inbox = Files.createDirectories(folder.resolve("inbox"));
        Files.writeString(inbox.resolve("note.txt"), "two words");
        Files.writeString(inbox.resolve("long.txt"), "word ".repeat(30_000));
        Files.writeString(inbox.resolve("empty.txt"), "");

        int status = run("-Ddocuments.inbox=" + inbox, "-Ddocuments.outbox=" + folder.resolve("outbox"));

        assertThat(status).as(output()).isZero();
        assertThat(outbox()).hasSize(3).contains("2 words", "30000 words").anySatisfy(answer -> assertThat(answer)
                .contains("the document has no words"));
        assertThat(output()).contains("note.txt sent: INLINE").contains("long.txt sent: S3");
    }

    @Test
    void anUnknownAwsIsRefused() throws Exception {
        assertThat(run("-Ddocuments.aws=somewhere")).isEqualTo(1);
        assertThat(output()).contains("documents.aws is 'somewhere', but must be local or real");
    }

    private int run(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-jar",
                Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath().toString()));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        try {
            assertThat(process.waitFor(3, TimeUnit.MINUTES)).as(output()).isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output"));
    }

    private List<String> outbox() throws IOException {
        List<String> answers = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder.resolve("outbox"))) {
            for (Path file : files.toList()) {
                answers.add(Files.readString(file));
            }
        }
        return answers;
    }
}
