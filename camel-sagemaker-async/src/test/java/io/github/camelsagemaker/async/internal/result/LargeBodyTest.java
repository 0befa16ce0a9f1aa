package io.github.camelsagemaker.async.internal.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.internal.concurrent.MemoryBudget;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.LocalAwsExtension;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of large bodies, over real sockets. */
@Tag("any-camel")
class LargeBodyTest {

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    private static final S3Location OBJECT = S3Location.parse("s3://bucket/out/a");

    @Test
    void nobodyHoldsABodyThatItsExchangeHasDoneWith() {
        LocalAws aws = AWS.aws();
        aws.createBucket("bucket");
        aws.ledger().reset();
        aws.putObject("bucket", "out/a", new byte[5 << 20], "text/plain");
        MemoryBudget memory = new MemoryBudget(8 << 20);
        ResultReader overSockets = new ResultReader(aws.s3Client(), "", null, memory);
        WeakReference<Object> body = new WeakReference<>(
                overSockets.read(OBJECT, BodyMode.BYTES).join().body());

        // The connection is idle, and stays open.
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (body.get() != null || memory.free() != 8 << 20) {
            assertThat(System.nanoTime()).as("held, free: %d", memory.free()).isLessThan(deadline);
            System.gc();
        }
    }

    @Test
    void aBodyThatDoesNotFitIsAStreamOfTheSameAnswer() throws IOException {
        LocalAws aws = AWS.aws();
        aws.createBucket("bucket");
        aws.ledger().reset();
        byte[] content = new byte[3 << 20];
        Arrays.fill(content, (byte) 7);
        aws.putObject("bucket", "out/a", content, "text/plain");
        MemoryBudget memory = new MemoryBudget((3 << 20) - 1);

        InferenceResult result = new ResultReader(aws.s3Client(), "", null, memory)
                .read(OBJECT, BodyMode.BYTES)
                .join();

        assertThat(result.contentLength()).isEqualTo(3 << 20);
        assertThat(result.contentType()).isEqualTo("text/plain");
        assertThat(aws.ledger().calls("HeadObject")).isZero();
        assertThat(aws.ledger().calls("GetObject")).isOne();
        assertThat(((ResultStream) result.body()).readAllBytes()).isEqualTo(content);
        assertThat(memory.free()).isEqualTo((3 << 20) - 1);
    }
}
