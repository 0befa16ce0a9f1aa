package io.github.camelsagemaker.async.internal.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelsagemaker.async.S3InMemory;
import io.github.camelsagemaker.async.error.RequestRefusedException;
import io.github.camelsagemaker.async.error.ResultNotFoundException;
import io.github.camelsagemaker.async.error.ResultUnreadableException;
import io.github.camelsagemaker.async.internal.aws.ScriptedServer;
import io.github.camelsagemaker.async.internal.concurrent.MemoryBudget;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

@Tag("no-camel")
class ResultReaderTest {

    private static final S3Location OBJECT = S3Location.parse("s3://bucket/out/a");

    private final S3InMemory s3 = new S3InMemory();
    private final ResultReader reader = new ResultReader(s3, "option outputLocation", null, MemoryBudget.UNLIMITED);

    @BeforeEach
    void aResult() {
        s3.put("bucket", "out/a", "result");
    }

    private static S3AsyncClient client(ScriptedServer server) {
        return S3AsyncClient.builder()
                .endpointOverride(server.uri())
                .forcePathStyle(true)
                .region(Region.EU_WEST_1)
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .build();
    }

    @Test
    void bytesTakeOneRequest() {
        InferenceResult result = read(BodyMode.BYTES);

        assertThat(result.body()).isEqualTo("result".getBytes());
        assertThat(result.contentType()).isEqualTo("text/plain");
        assertThat(result.contentLength()).isEqualTo(6);
        assertThat(result.etag()).isEqualTo(s3.etag("bucket/out/a"));
        assertThat(result.metadata()).containsEntry("owner", "me");
        assertThat(s3.calls()).containsExactly("GetObject bucket/out/a");
    }

    @Test
    void withoutABodyOnlyTheFactsAreAskedFor() {
        InferenceResult result = read(BodyMode.NONE);

        assertThat(result.body()).isNull();
        assertThat(result.contentType()).isEqualTo("text/plain");
        assertThat(s3.calls()).containsExactly("HeadObject bucket/out/a");
    }

    @Test
    void aLargeAnswerThatIsRefusedTakesNoMemory() throws IOException {
        MemoryBudget memory = new MemoryBudget(8 << 20);
        try (ScriptedServer server = new ScriptedServer()
                        .then("HTTP/1.1 206 x\r\nETag: \"1\"\r\nContent-Length: " + (2 << 20)
                                + "\r\nContent-Range: bytes 0-2097151/9999999\r\nConnection: close\r\n\r\n"
                                + "x".repeat(2 << 20));
                S3AsyncClient client = client(server)) {
            assertThat(new ResultReader(client, "", null, memory).read(OBJECT, BodyMode.BYTES))
                    .failsWithin(Duration.ofSeconds(30));

            assertThat(memory.free()).isEqualTo(8 << 20);
        }
    }

    @Test
    void whatNoArrayCanHoldDoesNotWait() {
        s3.put("bucket", "out/a", "x", 3L << 30);
        MemoryBudget.Part part = new MemoryBudget.Part(new MemoryBudget(4L << 30));
        part.take(2L << 30);

        assertThat(new ResultReader(s3, "", null, part).read(OBJECT, BodyMode.BYTES))
                .succeedsWithin(Duration.ofSeconds(30));
    }

    @Test
    void aStreamIsNotReadYet() {
        InferenceResult result = read(BodyMode.STREAM);

        assertThat(result.body()).isInstanceOf(ResultStream.class);
        assertThat(s3.calls()).containsExactly("HeadObject bucket/out/a");
    }

    @Test
    void aStreamOfAnOverwrittenObjectFails() {
        ResultStream stream = (ResultStream) read(BodyMode.STREAM).body();
        s3.put("bucket", "out/a", "other!");

        assertThatThrownBy(stream::read).isInstanceOf(IOException.class).hasMessageContaining("overwritten");
    }

    @ParameterizedTest
    @EnumSource(BodyMode.class)
    void anObjectThatIsNotThereIsGone(BodyMode mode) {
        assertThat(reader.read(S3Location.parse("s3://bucket/out/b"), mode))
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(ResultNotFoundException.class);
    }

    /** As a broken proxy or store gives: half of an object that would have 12 bytes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "200 OK|",
                "206 Partial Content|Content-Length: 6\r\nContent-Range: bytes 0-5/12\r\n",
            })
    void aPartThatWasNotAskedForIsNoResult(String answer) throws IOException {
        String[] parts = answer.split("\\|", -1);
        try (ScriptedServer server = new ScriptedServer()
                        .then("HTTP/1.1 " + parts[0] + "\r\nETag: \"1\"\r\n" + parts[1]
                                + "Connection: close\r\n\r\nhalfof");
                S3AsyncClient client = client(server)) {
            assertThat(new ResultReader(client, "option outputLocation", null, MemoryBudget.UNLIMITED)
                            .read(OBJECT, BodyMode.BYTES))
                    .failsWithin(Duration.ofSeconds(30))
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(ResultUnreadableException.class)
                    .withStackTraceContaining("something on the way to S3 gave it");
        }
    }

    @ParameterizedTest
    @EnumSource(BodyMode.class)
    void an404ThatIsNotS3sWordIsNoGoneObject(BodyMode mode) {
        s3.fail("", 404, null);

        assertUnreadable(mode, OBJECT);
    }

    @Test
    void aRefusalOfHeadIsToldInS3sWords() {
        s3.fail("", 403, "InvalidObjectState");

        assertThat(reader.read(OBJECT, BodyMode.STREAM))
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining("archived");
        assertThat(s3.calls()).containsExactly("HeadObject bucket/out/a", "GetObject bucket/out/a");
    }

    @Test
    void an404ToHeadIsNoProofThatAnObjectIsGone() {
        s3.fail("HeadObject", 404, "NoSuchKey"); // as the SDK says of each

        assertUnreadable(BodyMode.NONE, OBJECT);
    }

    @Test
    void anObjectThatLandsJustAfterA404ToHeadIsRead() {
        CompletableFuture<Object> head = new CompletableFuture<>();
        s3.instead("HeadObject", head);
        CompletableFuture<InferenceResult> read = reader.read(OBJECT, BodyMode.STREAM);
        s3.recover();

        head.completeExceptionally(NoSuchKeyException.builder().statusCode(404).build());

        assertThat(read).succeedsWithin(Duration.ofSeconds(30));
        assertThat(read.join().contentLength()).isEqualTo(6);
        assertThat(s3.calls())
                .containsExactly("HeadObject bucket/out/a", "GetObject bucket/out/a", "HeadObject bucket/out/a");
    }

    @ParameterizedTest
    @EnumSource(BodyMode.class)
    void aMissingBucketIsNoGoneObject(BodyMode mode) {
        s3.fail("", 404, "NoSuchBucket");

        assertUnreadable(mode, OBJECT);
    }

    @Test
    void anArchivedObjectIsNamed() {
        s3.fail("GetObject", 403, "InvalidObjectState");

        assertThat(reader.read(OBJECT, BodyMode.BYTES))
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining("s3://bucket/out/a")
                .withMessageContaining("archived");
    }

    private void assertUnreadable(BodyMode mode, S3Location object) {
        assertThat(reader.read(object, mode))
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableOfType(ExecutionException.class)
                .havingCause()
                .isInstanceOf(ResultUnreadableException.class)
                .isNotInstanceOf(ResultNotFoundException.class);
    }

    @Test
    void aRefusalIsNoGoneObject() {
        s3.fail("GetObject", 403);

        assertThat(reader.read(OBJECT, BodyMode.BYTES))
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableOfType(ExecutionException.class)
                .havingCause()
                .isInstanceOf(ResultUnreadableException.class)
                .isNotInstanceOf(ResultNotFoundException.class)
                .havingCause()
                .isInstanceOfSatisfying(RequestRefusedException.class, refused -> assertThat(refused.getRequestId())
                        .isEqualTo("request-1"));
    }

    private InferenceResult read(BodyMode mode) {
        return reader.read(OBJECT, mode).join();
    }

    /** What landed, and is not seen by the first two reads. */
    @Nested
    class WhatWasAnnounced {

        private final AtomicInteger reads = new AtomicInteger();
        private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        private final ResultReader reader = new ResultReader(null, "", timer, MemoryBudget.UNLIMITED) {
            @Override
            public CompletableFuture<InferenceResult> read(S3Location object, BodyMode mode) {
                return reads.incrementAndGet() < 3
                        ? CompletableFuture.failedFuture(new ResultNotFoundException(object.uri(), null))
                        : CompletableFuture.completedFuture(InferenceResult.NOTHING);
            }
        };

        @AfterEach
        void stop() {
            timer.shutdownNow();
        }

        @Test
        void whatLandedJustNowIsWaitedFor() {
            assertThat(ofAge(Duration.ofMinutes(1))).succeedsWithin(Duration.ofSeconds(30));
            assertThat(reads).hasValue(3);
        }

        @Test
        void whatLandedAtAnUnknownTimeIsWaitedFor() {
            assertThat(ofAge(null)).succeedsWithin(Duration.ofSeconds(30));
        }

        @Test
        void whatLandedLongAgoIsReadOnce() {
            assertThat(ofAge(Duration.ofHours(1))).isCompletedExceptionally();
            assertThat(reads).hasValue(1);
        }

        private CompletableFuture<InferenceResult> ofAge(Duration age) {
            return reader.readAnnounced(OBJECT, BodyMode.BYTES, age);
        }
    }
}
