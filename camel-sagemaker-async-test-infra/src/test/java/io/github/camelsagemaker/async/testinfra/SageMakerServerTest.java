package io.github.camelsagemaker.async.testinfra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;
import software.amazon.awssdk.services.sagemakerruntime.model.InvokeEndpointAsyncRequest;
import software.amazon.awssdk.services.sagemakerruntime.model.InvokeEndpointAsyncResponse;
import software.amazon.awssdk.services.sagemakerruntime.model.SageMakerRuntimeException;

class SageMakerServerTest {

    private static final MutableClock CLOCK = new MutableClock();

    @RegisterExtension
    static final LocalAwsExtension AWS =
            new LocalAwsExtension(LocalAws.builder().clock(CLOCK));

    private LocalAws aws;

    @BeforeEach
    void endpoint() {
        aws = AWS.aws();
        aws.createBucket("bucket");
        aws.endpoint("e")
                .outputPath("s3://bucket/out/")
                .failurePath("s3://bucket/fail/")
                .create();
        aws.ledger().reset();
    }

    @AfterEach
    void noFaultIsLeft() {
        aws.faults().clear();
    }

    @Nested
    class Outcomes {

        @ParameterizedTest
        @ValueSource(ints = {1, 127_999, 128_000})
        void anInlinePayloadIsAnsweredAndItsOutputLands(int size) {
            InvokeEndpointAsyncResponse answer = invoke(r -> r.body(bytes(size)).contentType("text/csv"));

            assertThat(answer.sdkHttpResponse().statusCode()).isEqualTo(202);
            assertThat(answer.outputLocation()).startsWith("s3://bucket/out/").endsWith(".out");
            assertThat(answer.failureLocation()).startsWith("s3://bucket/fail/");
            assertThat(answer.outputLocation()).doesNotContain(answer.inferenceId());
            assertThat(object(answer.outputLocation())).hasSize(size);
            AcceptedRequest accepted = aws.ledger().accepted(answer.inferenceId());
            assertThat(accepted.inline()).isTrue();
            assertThat(accepted.bodyLength()).isEqualTo(size);
            assertThat(accepted.contentType()).isEqualTo("text/csv");
        }

        @Test
        void aPayloadInS3IsReadByTheModel() {
            aws.s3Client()
                    .putObject(r -> r.bucket("bucket").key("in/a"), AsyncRequestBody.fromBytes(new byte[200_000]))
                    .join();

            InvokeEndpointAsyncResponse answer = invoke(r -> r.inputLocation("s3://bucket/in/a"));

            assertThat(object(answer.outputLocation())).hasSize(200_000);
            assertThat(aws.ledger().accepted(answer.inferenceId()).bodyLength()).isEqualTo(200_000);
            assertThat(aws.ledger().calls("PutObject")).isEqualTo(1);
        }

        @Test
        void filenameAndPathExtensionMakeTheOutputsPlace() {
            InvokeEndpointAsyncResponse answer =
                    invoke(r -> r.body(bytes(1)).filename("x.json").s3OutputPathExtension("a/b"));

            assertThat(answer.outputLocation()).isEqualTo("s3://bucket/out/a/b/x.json");
            assertThat(answer.failureLocation()).startsWith("s3://bucket/fail/").doesNotContain("a/b");
        }

        @Test
        void aFailingModelLeavesAFailureObject() {
            aws.endpoint("broken")
                    .outputPath("s3://bucket/out/")
                    .failurePath("s3://bucket/fail/")
                    .model(Model.failing("no such word"))
                    .create();

            InvokeEndpointAsyncResponse answer =
                    invoke(r -> r.endpointName("broken").body(bytes(1)));

            awaitOutcome(answer, Outcome.FAILED);
            assertThat(new String(object(answer.failureLocation()))).isEqualTo("no such word");
        }

        @Test
        void locationsCanBeHttps() {
            aws.endpoint("https")
                    .outputPath("s3://bucket/out/")
                    .httpsLocations()
                    .create();

            assertThat(invoke(r -> r.endpointName("https").body(bytes(1))).outputLocation())
                    .startsWith("https://bucket.s3.us-east-1.amazonaws.com/out/");
        }
    }

    @Nested
    class Constraints {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "endpointName|-bad",
                    "contentType|é",
                    "inferenceId|é",
                    "s3OutputPathExtension|s3:x",
                    "s3OutputPathExtension|a b",
                    "filename|.a",
                    "filename|a.b.c",
                    "inputLocation|ftp://b/k"
                })
        void aValueOutsideTheModelIsRefused(String member, String value) {
            SageMakerRuntimeException e = refused(r -> {
                r.body(member.equals("inputLocation") ? null : bytes(1));
                switch (member) {
                    case "endpointName" -> r.endpointName(value);
                    case "contentType" -> r.contentType(value);
                    case "customAttributes" -> r.customAttributes(value);
                    case "inferenceId" -> r.inferenceId(value);
                    case "s3OutputPathExtension" -> r.s3OutputPathExtension(value);
                    case "filename" -> r.filename(value);
                    default -> r.inputLocation(value);
                }
            });

            assertThat(e.statusCode()).isEqualTo(400);
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ValidationError");
            assertThat(e.getMessage()).contains(member);
        }

        @ParameterizedTest
        @CsvSource({"59,", "21601,", ",0", ",3601"})
        void aTimeOutsideItsRangeIsRefused(Integer ttl, Integer timeout) {
            assertThat(refused(r -> r.body(bytes(1)).requestTTLSeconds(ttl).invocationTimeoutSeconds(timeout))
                            .statusCode())
                    .isEqualTo(400);
        }

        @Test
        void bodyAndInputLocationExcludeEachOtherAndOneIsNeeded() {
            assertThat(refused(r -> r.body(bytes(1)).inputLocation("s3://bucket/k"))
                            .getMessage())
                    .contains("mutually exclusive");
            assertThat(refused(r -> {}).getMessage()).contains("Either");
            assertThat(refused(r -> r.body(bytes(0))).getMessage()).contains("Either");
        }

        @Test
        void aBodyOver128000BytesIsRefused() {
            assertThat(refused(r -> r.body(bytes(128_001))).getMessage()).contains("128001");
        }

        @Test
        void anUnknownEndpointIsRefused() {
            assertThat(refused(r -> r.endpointName("other").body(bytes(1))).getMessage())
                    .contains("Endpoint other of account");
        }

        @Test
        void wrongCredentialsAreRefusedByBothServices() {
            StaticCredentialsProvider wrong =
                    StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIAWRONG", "wrong"));
            try (SageMakerRuntimeAsyncClient client = SageMakerRuntimeAsyncClient.builder()
                    .region(Region.US_EAST_1)
                    .credentialsProvider(wrong)
                    .endpointOverride(aws.sageMakerEndpoint())
                    .build()) {
                CompletionException e =
                        catchThrowableOfType(CompletionException.class, () -> client.invokeEndpointAsync(
                                        r -> r.endpointName("e").body(bytes(1)))
                                .join());

                assertThat(((SageMakerRuntimeException) e.getCause()).statusCode())
                        .isEqualTo(403);
            }
        }
    }

    @Nested
    class OrderedFaults {

        @ParameterizedTest
        @CsvSource({"400,true", "429,true", "500,false", "502,false", "503,false"})
        void anOrderedErrorIsAnsweredAndRetried(int status, boolean throttling) {
            Fault fault =
                    switch (status) {
                        case 400 -> Fault.throttle400();
                        case 429 -> Fault.throttle429();
                        case 500 -> Fault.failure500();
                        case 502 -> Fault.html502();
                        default -> Fault.unavailable503();
                    };
            aws.faults().next(4, fault);

            SageMakerRuntimeException e = refused(r -> r.body(bytes(1)));

            assertThat(e.statusCode()).isEqualTo(status);
            assertThat(e.isThrottlingException()).isEqualTo(throttling);
            assertThat(aws.ledger().calls("InvokeEndpointAsync")).isEqualTo(4);
            assertThat(aws.ledger().acceptedCount()).isZero();
            assertThat(aws.faults().pending()).isZero();
        }

        @Test
        void aResetAfterAcceptRunsTheInferenceAlthoughTheCallerSeesAFailure() {
            aws.faults().next(4, Fault.resetAfterAccept());

            CompletionException e =
                    catchThrowableOfType(CompletionException.class, () -> invoke(r -> r.body(bytes(1))));

            assertThat(e.getCause()).isInstanceOf(SdkClientException.class);
            assertThat(aws.ledger().acceptedCount()).isEqualTo(4);
        }

        @Test
        void aResetBeforeAcceptRunsNothing() {
            aws.faults().next(1, Fault.resetBeforeAccept());

            invoke(r -> r.body(bytes(100_000)));

            assertThat(aws.ledger().calls("InvokeEndpointAsync")).isEqualTo(2);
            assertThat(aws.ledger().acceptedCount()).isEqualTo(1);
        }

        @Test
        void aSlowAnswerArrivesWhole() {
            aws.faults().next(1, Fault.slow(Duration.ofMillis(50)));

            assertThat(invoke(r -> r.body(bytes(1))).outputLocation()).isNotNull();
        }

        @Test
        void aTruncatedAnswerIsAnErrorToTheCallerAfterTheInferenceWasAccepted() {
            aws.faults().next(4, Fault.truncated());

            CompletionException e =
                    catchThrowableOfType(CompletionException.class, () -> invoke(r -> r.body(bytes(1))));

            assertThat(e.getCause()).isInstanceOf(SdkClientException.class);
            assertThat(aws.ledger().acceptedCount()).isEqualTo(4);
        }

        @Test
        void aPlanDecidesAboutEveryCallUntilItIsCleared() {
            aws.faults().plan(call -> call.operation().equals("InvokeEndpointAsync") ? Fault.accessDenied403() : null);
            assertThat(refused(r -> r.body(bytes(1))).statusCode()).isEqualTo(403);

            aws.faults().clear();

            assertThat(invoke(r -> r.body(bytes(1))).outputLocation()).isNotNull();
        }

        @Test
        void anS3FaultIsWrittenAsS3Writes() {
            aws.faults().forS3("PutObject", 4, Fault.accessDenied403());

            CompletionException e = catchThrowableOfType(CompletionException.class, () -> aws.s3Client()
                    .putObject(r -> r.bucket("bucket").key("k"), AsyncRequestBody.fromString("x"))
                    .join());

            assertThat(((S3Exception) e.getCause()).awsErrorDetails().errorCode())
                    .isEqualTo("AccessDenied");
        }

        @Test
        void withoutListBucketAMissingKeyIsForbiddenInsteadOfNotFound() {
            aws.faults().denyListBucket(true);

            CompletionException e = catchThrowableOfType(CompletionException.class, () -> object("s3://bucket/none"));

            assertThat(((S3Exception) e.getCause()).statusCode()).isEqualTo(403);
        }
    }

    @Nested
    class Times {

        @Test
        void theModelTakesAsManyRequestsAtOnceAsItsConcurrency() throws InterruptedException {
            AtomicInteger running = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            CountDownLatch two = new CountDownLatch(2);
            aws.endpoint("pair")
                    .outputPath("s3://bucket/out/")
                    .concurrency(2)
                    .model(request -> {
                        most.accumulateAndGet(running.incrementAndGet(), Math::max);
                        two.countDown();
                        two.await(20, TimeUnit.SECONDS);
                        running.decrementAndGet();
                        return ModelResponse.text("x");
                    })
                    .create();

            for (int i = 0; i < 6; i++) {
                invoke(r -> r.endpointName("pair").body(bytes(1)));
            }

            await().atMost(Duration.ofSeconds(20)).until(() -> aws.ledger().count(Outcome.COMPLETED) == 6);
            assertThat(most).hasValue(2);
        }

        @Test
        void aModelThatTakesTooLongFails() {
            CountDownLatch never = new CountDownLatch(1);
            aws.endpoint("slow")
                    .outputPath("s3://bucket/out/")
                    .failurePath("s3://bucket/fail/")
                    .model(request -> {
                        never.await();
                        return ModelResponse.text("late");
                    })
                    .create();

            InvokeEndpointAsyncResponse answer =
                    invoke(r -> r.endpointName("slow").body(bytes(1)).invocationTimeoutSeconds(1));

            awaitOutcome(answer, Outcome.FAILED);
            assertThat(new String(object(answer.failureLocation()))).contains("timed out");
        }

        @Test
        void aRequestThatWaitedLongerThanItsTtlExpires() {
            CountDownLatch first = new CountDownLatch(1);
            aws.endpoint("queue")
                    .outputPath("s3://bucket/out/")
                    .concurrency(1)
                    .model(request -> {
                        first.await(20, TimeUnit.SECONDS);
                        return ModelResponse.text("x");
                    })
                    .create();
            invoke(r -> r.endpointName("queue").body(bytes(1)));
            InvokeEndpointAsyncResponse waiting =
                    invoke(r -> r.endpointName("queue").body(bytes(1)).requestTTLSeconds(60));

            CLOCK.advance(Duration.ofSeconds(61));
            first.countDown();

            awaitOutcome(waiting, Outcome.EXPIRED);
        }
    }

    private InvokeEndpointAsyncResponse invoke(Consumer<InvokeEndpointAsyncRequest.Builder> request) {
        return aws.sageMakerClient()
                .invokeEndpointAsync(r -> request.accept(r.endpointName("e")))
                .join();
    }

    private SageMakerRuntimeException refused(Consumer<InvokeEndpointAsyncRequest.Builder> request) {
        CompletionException e = catchThrowableOfType(CompletionException.class, () -> invoke(request));
        return (SageMakerRuntimeException) e.getCause();
    }

    private void awaitOutcome(InvokeEndpointAsyncResponse answer, Outcome outcome) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> aws.ledger().accepted(answer.inferenceId()).outcome() == outcome);
    }

    private byte[] object(String location) {
        String key = location.substring("s3://bucket/".length());
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        aws.ledger().count(Outcome.QUEUED) == 0 && aws.ledger().count(Outcome.RUNNING) == 0);
        return aws.s3Client()
                .getObject(r -> r.bucket("bucket").key(key), AsyncResponseTransformer.toBytes())
                .join()
                .asByteArray();
    }

    private static SdkBytes bytes(int size) {
        return SdkBytes.fromByteArray(new byte[size]);
    }

    private static final class MutableClock extends Clock {

        private volatile Instant now = Instant.now();

        void advance(Duration duration) {
            now = now.plus(duration);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
