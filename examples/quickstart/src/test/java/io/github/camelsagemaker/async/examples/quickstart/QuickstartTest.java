package io.github.camelsagemaker.async.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Starts the quickstart in a JVM of its own, as a user does, and reads what it prints. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QuickstartTest {

    private static final Pattern RESULT = Pattern.compile(
            "^ ?\\d+/\\d+  (\\S+) +([\\d,]+) bytes  (INLINE|S3) +(COMPLETED|FAILED) +(.*)$", Pattern.MULTILINE);
    private static final Pattern ROW = Pattern.compile("^  (\\S.*?)  +(\\d+|-) +(\\d+)$", Pattern.MULTILINE);

    private Run samples;

    private record Run(int status, String output) {

        Map<String, Matcher> results() {
            return RESULT.matcher(output).results().collect(Collectors.toMap(result -> result.group(1), result -> {
                Matcher line = RESULT.matcher(result.group());
                assertThat(line.find()).isTrue();
                return line;
            }));
        }

        /** The two counts of a row of the table of requests. */
        long[] row(String name) {
            return ROW.matcher(output)
                    .results()
                    .filter(row -> row.group(1).equals(name))
                    .map(row -> new long[] {Long.parseLong(row.group(2)), Long.parseLong(row.group(3))})
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("No row '" + name + "' in:\n" + output));
        }
    }

    @BeforeAll
    void sendTheSamples() throws Exception {
        samples = run();
    }

    @Test
    void everyDocumentHasItsLine() {
        assertThat(samples.results().keySet())
                .containsExactlyInAnyOrder(
                        "archive.txt",
                        "greetings.txt",
                        "letter.txt",
                        "minutes.txt",
                        "note.txt",
                        "order-1001.json",
                        "order-1002.json",
                        "order-broken.json",
                        "reading.json",
                        "recipe.txt",
                        "text-127999.txt",
                        "text-128000.txt",
                        "text-128001.txt",
                        "ticket.json");
    }

    @Test
    void documentsUpToTheLimitTravelInsideTheCall() {
        assertThat(samples.results().get("text-127999.txt").group(3)).isEqualTo("INLINE");
        assertThat(samples.results().get("text-128000.txt").group(3)).isEqualTo("INLINE");
        assertThat(samples.results().get("text-128001.txt").group(3)).isEqualTo("S3");
        assertThat(samples.results().get("archive.txt").group(3)).isEqualTo("S3");
        assertThat(samples.output())
                .containsPattern("INLINE \\(inside the call\\) +12 documents")
                .containsPattern("S3 \\(uploaded first\\) +2 documents +40,128,001 bytes");
    }

    @Test
    void theModelFailsOnTheBrokenDocumentAlone() {
        assertThat(samples.results().values())
                .filteredOn(result -> result.group(4).equals("FAILED"))
                .singleElement()
                .satisfies(result -> {
                    assertThat(result.group(1)).isEqualTo("order-broken.json");
                    assertThat(result.group(5)).contains("3 brackets are never closed");
                });
        assertThat(samples.output()).contains("Failed inferences: 1").contains("Missing results: 0");
    }

    @Test
    void requestsAreThoseThatTheDocumentsNeed() {
        assertThat(samples.row("invocations")).containsExactly(14, 14);
        // 40 MB in parts of 5 MiB are 8 parts, between the beginning and the completion; and one single upload.
        assertThat(samples.row("S3 uploads")).containsExactly(8 + 2 + 1, 14);
        assertThat(samples.row("S3 looks (HeadObject)")).containsExactly(0, 28);
        assertThat(samples.row("S3 reads")).containsExactly(14, 14);
        // 14 results and failures, and 2 uploads
        assertThat(samples.row("S3 deletes")).containsExactly(16, 0);
        assertThat(samples.row("S3 listings")[0]).isPositive();
        assertThat(samples.row("total")[0]).isEqualTo(14 + 11 + 14 + 16 + samples.row("S3 listings")[0]);
    }

    @Test
    void withAllResultsTheStatusIsZero() {
        assertThat(samples.status()).as(samples.output()).isZero();
    }

    @Test
    void theModelSeesTheBytesOfOnesOwnFolder(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("own.txt"), "two words\n");
        Files.writeString(folder.resolve("empty.txt"), "");

        Run run = run("-Dquickstart.documents=" + folder);

        assertThat(run.status()).as(run.output()).isZero();
        assertThat(run.results().get("own.txt").group(5))
                .isEqualTo("{\"bytes\":10,\"lines\":1,\"words\":2,\"sha256\":"
                        + "\"3ba81c80b8b23ead1ff322d46b1f7d70b5503096a5df33c1cd7013639adf1692\"}");
        assertThat(run.results().get("empty.txt").group(3)).isEqualTo("S3");
        assertThat(folder).as("the user's files stay").isDirectoryContaining("glob:**own.txt");
    }

    @Test
    void aResultThatDoesNotComeInTimeIsNamedAndTheStatusIsNotZero() throws Exception {
        Run run = run(
                "-Dquickstart.modelMillis=600000",
                "-Dquickstart.largestDocument=1000",
                "-Dcamel.main.durationMaxSeconds=5");

        assertThat(run.status()).as(run.output()).isEqualTo(1);
        assertThat(run.output()).contains("Missing results: 14").contains("\n  letter.txt\n");
    }

    @Test
    void aDocumentThatIsRefusedIsNamedAndTheStatusIsNotZero(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("small.txt"), "small");
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("huge.txt").toFile(), "rw")) {
            file.setLength(1_000_000_001); // takes no room on the disk
        }

        Run run = run("-Dquickstart.documents=" + folder);

        assertThat(run.status()).as(run.output()).isEqualTo(1);
        assertThat(run.output())
                .containsPattern("huge.txt +not sent: .*1000000001 bytes")
                .contains("Missing results: 1\n  huge.txt\n");
        assertThat(run.results()).containsOnlyKeys("small.txt");
    }

    @Test
    void anUnknownAwsIsRefused() throws Exception {
        Run run = run("-Dquickstart.aws=somewhere");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.output()).contains("quickstart.aws is 'somewhere', but must be local or real");
    }

    private static Run run(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Far less than the samples, their copies in the embedded S3 and a JVM's own need would take, were they held
        // twice.
        command.add("-Xmx256m");
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-classpath",
                Stream.of(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                                .split(File.pathSeparator))
                        .filter(entry -> !entry.endsWith("test-classes"))
                        .collect(Collectors.joining(File.pathSeparator)),
                Quickstart.class.getName()));
        Path output = Files.createTempFile("quickstart-", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(4, TimeUnit.MINUTES))
                    .as("the quickstart ends by itself")
                    .isTrue();
            return new Run(process.exitValue(), Files.readString(output));
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }
}
