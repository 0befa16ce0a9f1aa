package io.github.camelsagemaker.async.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Starts the quickstart in a JVM of its own, as a user does, and reads what it prints. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QuickstartTest {

    private QuickstartRun samples;

    @BeforeAll
    void sendTheSamples() throws Exception {
        samples = QuickstartRun.with();
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
                    assertThat(result.group(6)).contains("3 brackets are never closed");
                });
        assertThat(samples.output()).contains("Failed inferences: 1").contains("Missing results: 0");
    }

    @Test
    void requestsAreThoseThatTheDocumentsNeed() {
        assertThat(samples.row("invocations")).containsExactly(14, 14);
        // 40 MB in parts of 5 MiB are 8 parts, between the beginning and the completion; and one single upload.
        assertThat(samples.row("S3 uploads")).containsExactly(8 + 2 + 1, 14);
        // Whether the bucket exists, and with the first batch of deletes whether its store compares their ETags.
        assertThat(samples.row("S3 looks (Head)")[0]).isBetween(1L, 2L);
        assertThat(samples.row("S3 looks (Head)")[1]).isEqualTo(28L);
        assertThat(samples.row("S3 reads")).containsExactly(14, 14);
        // 14 results and failures, and 2 uploads, those together that are handled together
        assertThat(samples.row("S3 deletes")[0]).isBetween(1L, 17L);
        assertThat(samples.row("S3 listings")[0]).isPositive();
        assertThat(samples.row("total")[0])
                .isEqualTo(14
                        + 11
                        + 14
                        + Stream.of("S3 looks (Head)", "S3 deletes", "S3 listings")
                                .mapToLong(row -> samples.row(row)[0])
                                .sum());
    }

    @Test
    void theInputStandsBesideTheAnswer() {
        assertThat(samples.results().get("text-128000.txt").group(5)).isEqualTo("The quick brown fox jumps ov...");
        assertThat(samples.results().get("text-128000.txt").group(6)).startsWith("{\"bytes\":128000,");
    }

    @Test
    void theNumbersAreExplainedForAModelOfFiveMinutes() {
        // 14 documents, 3 requests and 20 looks at two objects each; here 2 prefixes 20 times.
        assertThat(samples.output())
                .contains("What the numbers mean", "602 requests for these 14")
                .contains("about " + (samples.row("total")[0] - samples.row("S3 listings")[0] + 40) + " requests");
    }

    @Test
    void nothingElseIsPrinted() {
        assertThat(samples.output()).doesNotContain("WARN", "SLF4J", "Exception");
    }

    @Test
    void withAllResultsTheStatusIsZero() {
        assertThat(samples.status()).as(samples.output()).isZero();
    }

    @Test
    void theModelSeesTheBytesOfOnesOwnFolder(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("own.txt"), "two words\n");
        Files.writeString(folder.resolve("empty.txt"), "");

        QuickstartRun run = QuickstartRun.with("-Dquickstart.documents=" + folder);

        assertThat(run.status()).as(run.output()).isZero();
        assertThat(run.results().get("own.txt").group(6))
                .isEqualTo("{\"bytes\":10,\"lines\":1,\"words\":2,\"sha256\":" + "\"3ba81c80b8b2\"}");
        assertThat(run.results().get("empty.txt").group(3)).isEqualTo("S3");
        assertThat(folder).as("the user's files stay").isDirectoryContaining("glob:**own.txt");
    }

    @Test
    void aResultThatDoesNotComeInTimeIsNamedAndTheStatusIsNotZero() throws Exception {
        QuickstartRun run = QuickstartRun.with(
                "-Dquickstart.modelMillis=600000",
                "-Dquickstart.largestDocument=1000",
                "-Dcamel.main.durationMaxSeconds=2");

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

        QuickstartRun run = QuickstartRun.with("-Dquickstart.documents=" + folder);

        assertThat(run.status()).as(run.output()).isEqualTo(1);
        assertThat(run.output())
                .containsPattern("huge.txt +not sent: .*1000000001 bytes")
                .contains("Missing results: 1\n  huge.txt\n");
        assertThat(run.results()).containsOnlyKeys("small.txt");
    }

    @Test
    void anUnknownAwsIsRefused() throws Exception {
        QuickstartRun run = QuickstartRun.with("-Dquickstart.aws=somewhere");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.output()).contains("quickstart.aws is 'somewhere', but must be local or real");
    }
}
