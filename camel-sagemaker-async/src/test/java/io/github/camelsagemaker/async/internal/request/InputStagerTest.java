package io.github.camelsagemaker.async.internal.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelsagemaker.async.PayloadMode;
import io.github.camelsagemaker.async.S3InMemory;
import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.error.InvalidInferenceRequestException;
import io.github.camelsagemaker.async.error.RequestRefusedException;
import io.github.camelsagemaker.async.error.ServiceUnavailableException;
import io.github.camelsagemaker.async.internal.concurrent.RouteStops;
import io.github.camelsagemaker.async.internal.request.InputStager.Staged;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Request;
import software.amazon.awssdk.services.s3.model.S3Response;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

class InputStagerTest {

    private static final int PART = InputStager.PART_BYTES;
    private static final byte[] NONE = {};

    private final ExecutorService workers = Executors.newFixedThreadPool(32);
    private final S3InMemory s3 = new S3InMemory();
    private final SageMakerAsyncConfiguration options = new SageMakerAsyncConfiguration();
    private final InferenceRequest request = new InferenceRequest(RequestSenderTest.CALL, PayloadMode.AUTO);

    private final RequestSender.Sending sending =
            new RequestSender.Sending(new DefaultExchange(new DefaultCamelContext()), request, () -> {});

    InputStagerTest() {
        options.setInputLocation("s3://bucket/in/");
    }

    @AfterEach
    void stop() {
        workers.shutdownNow();
    }

    static Stream<Arguments> pagesOfAProxy() {
        return Stream.of(
                Arguments.of("PutObject", PutObjectResponse.builder().build()),
                Arguments.of(
                        "CreateMultipartUpload",
                        CreateMultipartUploadResponse.builder().build()),
                Arguments.of("UploadPart", UploadPartResponse.builder().build()),
                Arguments.of(
                        "CompleteMultipartUpload",
                        CompleteMultipartUploadResponse.builder().build()));
    }

    @Nested
    class Uploads {

        @Test
        void bytesBecomeAnObjectOfAFreshName() throws Exception {
            InputStager stager = stager();

            Staged first = await(stager.stage(sending, new byte[] {1, 2}));
            Staged second = await(stager.stage(sending, new byte[] {3}));

            assertThat(first.object().location().uri()).startsWith("s3://bucket/in/");
            assertThat(first.object().location()).isNotEqualTo(second.object().location());
            assertThat(s3.content("bucket/" + first.object().location().key())).containsExactly(1, 2);
            assertThat(s3.content("bucket/" + second.object().location().key())).containsExactly(3);
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 65_535, 65_536, PART - 1})
        void aStreamShorterThanAPartIsOnePut(int size) throws Exception {
            byte[] bytes = random(size);

            Staged staged = await(stager().stage(sending, NONE, new ByteArrayInputStream(bytes)));

            assertThat(s3.operations()).containsExactly("PutObject");
            assertThat(s3.content("bucket/" + staged.object().location().key())).isEqualTo(bytes);
        }

        @ParameterizedTest
        @ValueSource(ints = {PART, PART + 1, 2 * PART, 2 * PART + 7})
        void aLongerStreamGoesUpInParts(int size) throws Exception {
            byte[] bytes = random(size);
            InputStream rest = new ByteArrayInputStream(bytes, 100, size - 100);

            Staged staged = await(stager().stage(sending, Arrays.copyOf(bytes, 100), rest));

            assertThat(s3.content("bucket/" + staged.object().location().key())).isEqualTo(bytes);
            assertThat(s3.uploads()).isEmpty();
            assertThat(s3.operations().stream().filter("UploadPart"::equals)).hasSize((size + PART - 1) / PART);
        }

        @ParameterizedTest
        @EnumSource
        void anUploadInPartsNamesItsChecksumUnlessTheClientLeavesChecksumsOut(RequestChecksumCalculation calculation)
                throws Exception {
            s3.checksums(calculation);

            await(stager().stage(sending, NONE, new ByteArrayInputStream(new byte[PART + 1])));

            ChecksumAlgorithm named =
                    calculation == RequestChecksumCalculation.WHEN_SUPPORTED ? ChecksumAlgorithm.CRC32 : null;
            assertThat(s3.requests().get(0))
                    .isInstanceOfSatisfying(
                            CreateMultipartUploadRequest.class,
                            create -> assertThat(create.checksumAlgorithm()).isEqualTo(named));
            assertThat(s3.requests())
                    .filteredOn(UploadPartRequest.class::isInstance)
                    .hasSize(2)
                    .allSatisfy(part -> assertThat(((UploadPartRequest) part).checksumAlgorithm())
                            .isEqualTo(named));
        }

        @Test
        void everyRequestCarriesOwnerEncryptionTypeAndInferenceIdWhereItBelongs() throws Exception {
            options.setExpectedBucketOwner("012345678901");
            options.setSseAlgorithm("aws:kms");
            options.setSseKmsKeyId("key");
            s3.fail("CompleteMultipartUpload", 403);

            Staged staged = await(stager().stage(sending, NONE));
            await(staged.discard());
            assertThatThrownBy(() -> await(stager().stage(sending, NONE, new ByteArrayInputStream(new byte[PART]))))
                    .isNotNull();

            assertThat(s3.operations())
                    .containsExactly(
                            "PutObject",
                            "DeleteObject",
                            "CreateMultipartUpload",
                            "UploadPart",
                            "CompleteMultipartUpload",
                            "AbortMultipartUpload");
            assertThat(s3.requests()).allSatisfy(call -> assertThat(value(call, "ExpectedBucketOwner"))
                    .isEqualTo("012345678901"));
            PutObjectRequest put = (PutObjectRequest) s3.requests().get(0);
            assertThat(put.ssekmsKeyId()).isEqualTo("key");
            assertThat(put.serverSideEncryptionAsString()).isEqualTo("aws:kms");
            assertThat(put.contentType()).isEqualTo("text/plain");
            assertThat(put.metadata()).containsEntry("inference-id", "id-1");
            CreateMultipartUploadRequest create =
                    (CreateMultipartUploadRequest) s3.requests().get(2);
            assertThat(create.ssekmsKeyId()).isEqualTo("key");
            assertThat(create.serverSideEncryptionAsString()).isEqualTo("aws:kms");
            assertThat(create.contentType()).isEqualTo("text/plain");
            assertThat(create.metadata()).containsEntry("inference-id", "id-1");
            String uploadId = ((UploadPartRequest) s3.requests().get(3)).uploadId();
            assertThat(((CompleteMultipartUploadRequest) s3.requests().get(4)).uploadId())
                    .isEqualTo(uploadId);
            assertThat(((AbortMultipartUploadRequest) s3.requests().get(5)).uploadId())
                    .isEqualTo(uploadId);
        }

        @Test
        void atMostSixteenStreamsAreUploadedAtOnceAndTheRestFollows() throws Exception {
            CompletableFuture<Void> gate = new CompletableFuture<>();
            s3.later("PutObject", gate);
            AtomicInteger opened = new AtomicInteger();
            InputStager stager = stager();

            List<CompletableFuture<Staged>> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                all.add(stager.stage(sending, NONE, new ByteArrayInputStream(new byte[10]) {
                    private boolean counted;

                    @Override
                    public synchronized int read(byte[] b, int off, int len) {
                        if (!counted) {
                            counted = true;
                            opened.incrementAndGet();
                        }
                        return super.read(b, off, len);
                    }
                }));
            }
            Awaitility.await().until(() -> s3.operations().size() == 16);
            assertThat(opened).hasValue(16);

            gate.complete(null);
            for (CompletableFuture<Staged> one : all) {
                await(one);
            }
            assertThat(s3.keys()).hasSize(20);
        }
    }

    @Nested
    class BrokenStreams {

        @Test
        void aStreamThatBreaksHalfWayLeavesNothing() {
            IOException broken = new IOException("broken");

            assertThatThrownBy(() -> await(stager().stage(sending, NONE, breaking(PART + 10, broken))))
                    .isSameAs(broken);
            assertThat(s3.uploads()).isEmpty();
            assertThat(s3.keys()).isEmpty();
            assertThat(s3.operations()).contains("AbortMultipartUpload");
        }

        @Test
        void aStreamThatBreaksWithinTheFirstPartSendsNothing() {
            IOException broken = new IOException("broken");

            assertThatThrownBy(() -> await(stager().stage(sending, NONE, breaking(10, broken))))
                    .isSameAs(broken);
            assertThat(s3.operations()).isEmpty();
        }

        @Test
        void anErrorThrownByAStreamEndsTheUploadToo() {
            AssertionError error = new AssertionError("broken");

            assertThatThrownBy(() -> await(stager().stage(sending, NONE, breaking(PART, error))))
                    .isSameAs(error);
            assertThat(s3.uploads()).isEmpty();
        }

        @Test
        void anEndlessStreamIsCutOffAboveOneGibibyteAndLeavesNothing() {
            s3.instead(
                    "UploadPart",
                    CompletableFuture.completedFuture(
                            UploadPartResponse.builder().eTag("etag").build()));

            assertThatThrownBy(() -> await(stager().stage(sending, NONE, new EndlessStream())))
                    .isInstanceOf(InvalidInferenceRequestException.class)
                    .hasMessageContainingAll("more than 1073741824 bytes", "1 GB");
            assertThat(s3.uploads()).isEmpty();
            assertThat(s3.operations()).contains("AbortMultipartUpload").doesNotContain("CompleteMultipartUpload");
            assertThat(s3.operations().stream().filter("UploadPart"::equals)).hasSize(204);
        }
    }

    @Nested
    class AnswersOfS3 {

        @Test
        void theFailureIsReportedOnlyAfterTheAbort() {
            CompletableFuture<Void> aborted = new CompletableFuture<>();
            s3.fail("UploadPart", 403);
            s3.later("AbortMultipartUpload", aborted);

            CompletableFuture<Staged> staged = stager().stage(sending, NONE, new ByteArrayInputStream(new byte[PART]));
            Awaitility.await().until(() -> s3.operations().contains("AbortMultipartUpload"));
            assertThat(staged).isNotDone();

            aborted.complete(null);
            assertThatThrownBy(() -> await(staged))
                    .isInstanceOf(RequestRefusedException.class)
                    .hasMessageContainingAll("UploadPart", "s3://bucket/in/", "option inputLocation");
        }

        @Test
        void anAbortThatFailsIsAddedToTheFailure() {
            s3.fail("UploadPart", 403);
            s3.fail("AbortMultipartUpload", 400);

            assertThatThrownBy(() -> await(stager().stage(sending, NONE, new ByteArrayInputStream(new byte[PART]))))
                    .hasMessageContaining("UploadPart")
                    .satisfies(
                            e -> assertThat(e.getSuppressed()).singleElement().satisfies(s -> assertThat(s)
                                    .hasMessageContaining("AbortMultipartUpload")));
        }

        @Test
        void anUploadIsGoneOnlyIfS3SaysSo() {
            s3.fail("UploadPart", 403);
            s3.fail("AbortMultipartUpload", 404, null);
            assertThatThrownBy(() -> await(stager().stage(sending, NONE, new ByteArrayInputStream(new byte[PART]))))
                    .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));

            s3.fail("AbortMultipartUpload", 404, "NoSuchUpload");
            assertThatThrownBy(() -> await(stager().stage(sending, NONE, new ByteArrayInputStream(new byte[PART]))))
                    .satisfies(e -> assertThat(e.getSuppressed()).isEmpty());
        }

        @Test
        void aCompletionWhoseAnswerWasLostLeavesNoObject() {
            s3.later("CompleteMultipartUpload", lostAnswer());

            assertThatThrownBy(() -> await(stager().stage(sending, NONE, new ByteArrayInputStream(new byte[PART]))))
                    .isInstanceOf(ServiceUnavailableException.class)
                    .satisfies(e -> assertThat(e.getSuppressed()).isEmpty());
            assertThat(s3.keys()).isEmpty();
            assertThat(s3.uploads()).isEmpty();
        }

        @ParameterizedTest
        @MethodSource("io.github.camelsagemaker.async.internal.request.InputStagerTest#pagesOfAProxy")
        void anAnswerOfSuccessThatIsNotS3sIsNoUpload(String operation, S3Response page) {
            s3.instead(operation, CompletableFuture.completedFuture(page));
            byte[] payload = new byte[operation.equals("PutObject") ? 1 : PART];

            assertThatThrownBy(() -> await(stager().stage(sending, NONE, new ByteArrayInputStream(payload))))
                    .isInstanceOf(ServiceUnavailableException.class)
                    .hasMessageContaining("something on the way to S3 gave it");
            assertThat(s3.keys()).isEmpty();
            assertThat(s3.uploads()).isEmpty();
        }

        @Test
        void aPutWhoseAnswerWasLostLeavesNoObject() {
            s3.later("PutObject", lostAnswer());

            assertThatThrownBy(() -> await(stager().stage(sending, new byte[] {1})))
                    .isInstanceOf(ServiceUnavailableException.class);
            assertThat(s3.keys()).isEmpty();
        }

        @Test
        void anUploadThatWasRefusedAfterALostAnswerLeavesNoObject() {
            for (String operation : List.of("PutObject", "CompleteMultipartUpload")) {
                s3.later(
                        operation,
                        CompletableFuture.failedFuture(S3Exception.builder()
                                .statusCode(403)
                                .numAttempts(2)
                                .message("no")
                                .build()));
            }

            for (int size : new int[] {1, PART}) {
                assertThatThrownBy(() -> await(stager().stage(sending, NONE, new ByteArrayInputStream(new byte[size]))))
                        .isInstanceOf(RequestRefusedException.class);
            }
            assertThat(s3.keys()).isEmpty();
            assertThat(s3.uploads()).isEmpty();
        }

        @Test
        void aRefusedPutIsReportedWithBucketAndOptionAndNothingElseIsSent() {
            s3.fail("PutObject", 404);

            assertThatThrownBy(() -> await(stager().stage(sending, new byte[] {1})))
                    .isInstanceOf(RequestRefusedException.class)
                    .hasMessageContainingAll("PutObject", "bucket 'bucket'", "option inputLocation");
            assertThat(s3.operations()).containsExactly("PutObject");
        }
    }

    private static Object value(S3Request request, String member) {
        return request.getValueForField(member, Object.class).orElse(null);
    }

    private static CompletableFuture<Void> lostAnswer() {
        return CompletableFuture.failedFuture(SdkClientException.create("gone", new IOException("reset")));
    }

    private InputStager stager() {
        return new InputStager(s3, ProducerSettings.of("e", options), workers, new RouteStops(workers));
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static InputStream breaking(int after, Throwable failure) {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                if (failure instanceof IOException io) {
                    throw io;
                }
                throw (Error) failure;
            }

            @Override
            public int read(byte[] b, int off, int len) throws IOException {
                return read();
            }
        };
        return new SequenceInputStream(new ByteArrayInputStream(new byte[after]), broken);
    }

    /** Costs no memory, however much is read. */
    private static final class EndlessStream extends InputStream {
        @Override
        public int read() {
            return 7;
        }

        @Override
        public int read(byte[] b, int off, int len) {
            return len;
        }
    }

    /** The future's value; fails as the future does. */
    private static <T> T await(CompletableFuture<T> future) throws Exception {
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) e.getCause();
        }
    }
}
