package io.github.camelsagemaker.async.testinfra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.sagemakerruntime.model.InvokeEndpointAsyncRequest;

/** Every accepted request comes to exactly one end, whatever its model does. */
class InvocationEndTest {

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    private LocalAws aws;

    @BeforeEach
    void start() {
        aws = AWS.aws();
        aws.createBucket("bucket");
    }

    @Test
    void anAnswerAfterTheTimeOutLeavesNoOutput() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        endpoint("late", request -> {
            boolean interrupted = false;
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1_600);
            while (System.nanoTime() < end) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
                interrupted |= Thread.interrupted();
            }
            answered.countDown();
            return ModelResponse.text("late " + interrupted);
        });

        invoke("late", "late-1", r -> r.invocationTimeoutSeconds(1));

        awaitOutcome("late-1", Outcome.FAILED);
        assertThat(answered.await(20, TimeUnit.SECONDS)).isTrue();
        // The next request runs on the same thread, so the late answer was dealt with before it ends.
        invoke("late", "late-2", r -> r.invocationTimeoutSeconds(60));
        awaitOutcome("late-2", Outcome.COMPLETED);
        assertThat(keys("late/out/")).isEqualTo(1);
        assertThat(keys("late/fail/")).isEqualTo(1);
    }

    @Test
    void anErrorOfTheModelIsAFailedInferenceToo() {
        endpoint("error", request -> {
            throw new AssertionError("not expected");
        });

        invoke("error", "error-1", r -> {});

        awaitOutcome("error-1", Outcome.FAILED);
        assertThat(keys("error/fail/")).isEqualTo(1);
    }

    @Test
    void noAnswerOfTheModelIsAFailedInference() {
        endpoint("null", request -> null);

        invoke("null", "null-1", r -> {});

        awaitOutcome("null-1", Outcome.FAILED);
    }

    @Test
    void aMissingInputIsAFailedInference() {
        endpoint("missing", Model.echo());

        invoke("missing", "missing-1", r -> r.body(null).inputLocation("s3://bucket/none"));

        awaitOutcome("missing-1", Outcome.FAILED);
        assertThat(aws.ledger().accepted("missing-1").failureReason()).contains("s3://bucket/none");
    }

    @Test
    void aBucketThatIsNotThereDoesNotKeepARequestFromEnding() {
        aws.endpoint("nowhere")
                .outputPath("s3://no-such-bucket/out/")
                .failurePath("s3://no-such-bucket/fail/")
                .create();

        invoke("nowhere", "nowhere-1", r -> {});

        awaitOutcome("nowhere-1", Outcome.FAILED);
    }

    @Test
    void aTopicThatIsNotThereDoesNotKeepARequestFromEnding() {
        aws.endpoint("silent")
                .outputPath("s3://bucket/silent/out/")
                .errorTopic("arn:aws:sns:us-east-1:000000000000:none")
                .model(Model.failing("bad"))
                .concurrency(1)
                .create();

        invoke("silent", "silent-1", r -> {});
        invoke("silent", "silent-2", r -> {});

        awaitOutcome("silent-1", Outcome.FAILED);
        awaitOutcome("silent-2", Outcome.FAILED);
    }

    @Test
    void anInputAtAnyHttpsAddressOfS3IsRead() {
        aws.putObject("bucket", "in/a b", new byte[] {1, 2, 3}, "text/plain");
        endpoint("https", Model.echo());

        invoke("https", "virtual", r -> r.body(null)
                .inputLocation("https://bucket.s3.us-east-1.amazonaws.com/in/a%20b"));
        invoke("https", "path", r -> r.body(null).inputLocation("https://s3.us-east-1.amazonaws.com/bucket/in/a%20b"));

        awaitOutcome("virtual", Outcome.COMPLETED);
        awaitOutcome("path", Outcome.COMPLETED);
    }

    @Test
    void twoAcceptedRequestsOfOneIdAndFileAreTwoEntriesOfTheLedger() {
        endpoint("twice", Model.echo());

        invoke("twice", "twice-1", r -> r.filename("same.out"));
        invoke("twice", "twice-1", r -> r.filename("same.out"));

        assertThat(aws.ledger().accepted())
                .filteredOn(request -> request.inferenceId().equals("twice-1"))
                .hasSize(2);
    }

    private void endpoint(String name, Model model) {
        aws.endpoint(name)
                .outputPath("s3://bucket/" + name + "/out/")
                .failurePath("s3://bucket/" + name + "/fail/")
                .concurrency(1)
                .model(model)
                .create();
    }

    private void invoke(String endpoint, String id, Consumer<InvokeEndpointAsyncRequest.Builder> more) {
        aws.sageMakerClient()
                .invokeEndpointAsync(r ->
                        more.accept(r.endpointName(endpoint).inferenceId(id).body(SdkBytes.fromUtf8String("x"))))
                .join();
    }

    private void awaitOutcome(String id, Outcome outcome) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> aws.ledger().accepted(id).outcome() == outcome);
    }

    private int keys(String prefix) {
        return (int) aws.s3Client().listObjectsV2(r -> r.bucket("bucket").prefix(prefix)).join().contents().stream()
                .map(S3Object::key)
                .count();
    }
}
