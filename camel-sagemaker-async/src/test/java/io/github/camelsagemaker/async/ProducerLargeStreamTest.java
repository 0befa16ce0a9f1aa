package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.testinfra.JavaCommand;
import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.LocalAwsExtension;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * Memory does not grow with the payload: 1 GiB (a soak in part: 200 MiB) through a JVM of 128 MiB, and 48 MiB through one of
 * 40, the servers in another.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@Tag("any-camel")
class ProducerLargeStreamTest {

    private static final Path LOG = Path.of("target/large-stream.log");
    private static final int PART = 5 * 1024 * 1024;
    private static final long STREAM = SoakSize.of(1 << 30, 200 << 20);
    private static final long FILE = SoakSize.of(1_000_000_000, 200_000_000);
    private static final long SMALL = 48 << 20;
    private static final String ENDPOINT = "sagemaker-async:counting?forcePathStyle=true&inputLocation=s3://inputs/in/";

    @RegisterExtension
    static final LocalAwsExtension AWS =
            new LocalAwsExtension(LocalAws.builder().s3OnDisk());

    private S3AsyncClient s3;

    @BeforeEach
    void bucketsAndEndpoint() {
        AWS.aws().createBucket("inputs");
        AWS.aws().createBucket("results");
        AWS.aws()
                .endpoint("counting")
                .outputPath("s3://results/out/")
                .model(request -> ModelResponse.text("not read"))
                .create();
        s3 = AWS.aws().s3Client();
    }

    @Test
    @Tag("soak")
    void aStreamOfUnknownLengthGoesThroughAJvmOf128Megabytes() throws Exception {
        assertStreamArrives(128, STREAM);
    }

    @Test
    void aStreamLargerThanTheHeapGoesThroughASmallJvm() throws Exception {
        assertStreamArrives(40, SMALL);
    }

    private void assertStreamArrives(int megabytes, long length) throws Exception {
        Map<String, String> receipt = sendIn(megabytes, length);

        S3Location input = assertArrived(receipt, length);
        for (long boundary : new long[] {0, PART, length / 2 / PART * PART, length / PART * PART, length}) {
            assertBytesAround(input, boundary, length);
        }
        assertNoUnfinishedUpload();
    }

    @Test
    @Tag("soak")
    void aFileGoesThroughAJvmOf128Megabytes(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("payload");
        try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
            content.setLength(FILE);
        }

        Map<String, String> receipt = sendIn(128, FILE, file.toString());

        assertArrived(receipt, FILE);
        assertNoUnfinishedUpload();
    }

    private S3Location assertArrived(Map<String, String> receipt, long length) {
        assertThat(receipt).containsEntry("failure", "null");
        S3Location input = S3Location.parse(receipt.get("input"));
        assertThat(s3.headObject(h -> h.bucket(input.bucket()).key(input.key()))
                        .join()
                        .contentLength())
                .isEqualTo(length);
        return input;
    }

    private void assertBytesAround(S3Location input, long position, long length) {
        long first = Math.max(0, position - 500);
        long last = Math.min(length, position + 500) - 1;
        byte[] bytes = s3.getObject(
                        g -> g.bucket(input.bucket()).key(input.key()).range("bytes=" + first + "-" + last),
                        AsyncResponseTransformer.toBytes())
                .join()
                .asByteArray();
        byte[] expected = new byte[(int) (last - first + 1)];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = LargeStreamMain.byteAt(first + i);
        }
        assertThat(bytes).as("bytes from %d", first).isEqualTo(expected);
    }

    private void assertNoUnfinishedUpload() {
        assertThat(s3.listMultipartUploads(l -> l.bucket("inputs")).join().uploads())
                .isEmpty();
    }

    private Map<String, String> sendIn(int megabytes, long length, String... file) throws Exception {
        String[] arguments = Stream.concat(Stream.of(Long.toString(length), ENDPOINT), Stream.of(file))
                .toArray(String[]::new);
        Process sender = new JavaCommand(LargeStreamMain.class, arguments)
                .options("-Xmx" + megabytes + "m")
                .properties(AWS.aws().sdkSystemProperties())
                .start(LOG);
        Map<String, String> receipt = new HashMap<>();
        reader(sender).lines().forEach(line -> {
            if (line.startsWith("input=") || line.startsWith("failure=")) {
                receipt.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
            }
        });
        assertThat(sender.waitFor()).isZero();
        return receipt;
    }

    private static BufferedReader reader(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }
}
