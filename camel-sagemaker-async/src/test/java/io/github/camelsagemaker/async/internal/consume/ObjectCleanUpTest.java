package io.github.camelsagemaker.async.internal.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.S3InMemory;
import io.github.camelsagemaker.async.error.ObjectTooLargeToMoveException;
import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.observe.ResultObserver;
import io.github.camelsagemaker.async.internal.result.BodyMode;
import io.github.camelsagemaker.async.internal.result.InferenceResult;
import io.github.camelsagemaker.async.internal.s3.BatchDeleter;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import io.github.camelsagemaker.async.internal.s3.StagedInputs;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

@Tag("no-camel")
class ObjectCleanUpTest {

    private static final S3Prefix OUTPUTS = new S3Prefix("bucket", "out/");
    private static final S3Prefix ARCHIVE = new S3Prefix("archive", "done/");

    private final S3InMemory s3 = new S3InMemory();
    private final ObjectCleanUp objects = objects(new S3Prefix("bucket", "failed/"));

    private ObjectCleanUp objects(S3Prefix failures) {
        return objects(new ConsumerSettings(OUTPUTS, failures, BodyMode.BYTES, false, null, null, 0, null, true));
    }

    private ObjectCleanUp objects(ConsumerSettings settings) {
        return new ObjectCleanUp(
                s3,
                settings,
                new ObjectRetries(0, System::nanoTime, ResultObserver.none()),
                new StagedInputs(),
                (message, cause) -> {},
                ResultObserver.none(),
                new BatchDeleter(s3, null, 1, Duration.ZERO, permits -> {}, new ConcurrentHashMap<>()),
                true);
    }

    @Test
    void anObjectIsDeleted() {
        s3.put("bucket", "out/a", "1");

        assertDone(objects.delete(object("out/a")));

        assertThat(s3.keys()).isEmpty();
    }

    @Test
    void resultAndPayloadAreDeletedAlsoOnAThreadThatAStopByForceInterrupted() {
        S3Prefix inputs = new S3Prefix("bucket", "in/");
        S3Location payload = StagedInputs.newPlace(inputs);
        s3.put("bucket", "out/a", "1").put("bucket", payload.key(), "1");
        StoredObject result = object("out/a");
        ObjectCleanUp deleting =
                objects(new ConsumerSettings(OUTPUTS, null, BodyMode.BYTES, true, null, inputs, 0, null, true));

        Thread.currentThread().interrupt();
        CompletableFuture<Void> done = deleting.delivered(result, payload, InferenceResult.NOTHING);

        assertThat(Thread.interrupted()).isTrue();
        assertDone(done);
        assertThat(s3.keys()).isEmpty();
    }

    @Test
    void anObjectThatIsGoneCountsAsDeleted() {
        assertDone(objects.delete(new StoredObject(S3Location.parse("s3://bucket/out/a"), "\"1\"", null, 1L)));
    }

    @Test
    void anObjectOverwrittenSinceIsNotDeleted() {
        s3.put("bucket", "out/a", "1");
        StoredObject found = object("out/a");
        s3.put("bucket", "out/a", "2");

        assertDone(objects.delete(found));

        assertThat(s3.keys()).containsExactly("bucket/out/a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"DeleteObject", "CopyObject"})
    void an404ThatIsNotS3sWordIsAFailure(String operation) {
        s3.put("bucket", "out/a", "1");
        s3.fail(operation, 404, null);

        assertThat(
                        operation.equals("CopyObject")
                                ? objects.move(object("out/a"), ARCHIVE, "moveLocation")
                                : objects.delete(object("out/a")))
                .failsWithin(Duration.ofSeconds(30));
    }

    @Test
    void aPageThatAProxyGivesForADeleteIsAFailure() {
        s3.put("bucket", "out/a", "1");
        s3.instead(
                "DeleteObject",
                CompletableFuture.completedFuture(DeleteObjectResponse.builder()
                        .sdkHttpResponse(SdkHttpResponse.builder()
                                .statusCode(200)
                                .putHeader("content-type", "text/html; charset=utf-8")
                                .build())
                        .build()));

        assertThat(objects.delete(object("out/a"))).failsWithin(Duration.ofSeconds(30));
    }

    @Test
    void an412ThatIsNotS3sWordIsAFailure() {
        s3.put("bucket", "out/a", "1");
        s3.fail("DeleteObject", 412, null);

        assertThat(objects.delete(object("out/a"))).failsWithin(Duration.ofSeconds(30));
    }

    @Test
    void aStoreWithoutConditionalDeletesIsAskedForTheVersionFirst() {
        s3.put("bucket", "out/a", "1");
        s3.fail("DeleteObject bucket/out/a if-match", 501, "NotImplemented");

        assertDone(objects.delete(object("out/a")));

        assertThat(s3.keys()).isEmpty();
    }

    @Test
    void aStoreWithoutConditionalDeletesKeepsAnObjectOverwrittenSince() {
        s3.put("bucket", "out/a", "1");
        StoredObject found = object("out/a");
        s3.put("bucket", "out/a", "2");
        s3.fail("DeleteObject bucket/out/a if-match", 501, "NotImplemented");

        assertDone(objects.delete(found));

        assertThat(s3.keys()).containsExactly("bucket/out/a");
    }

    @Test
    void anAnswerWithoutAnETagIsNoSignOfAnObjectOverwrittenSince() {
        s3.put("bucket", "out/a", "1");
        StoredObject found = object("out/a");
        s3.fail("DeleteObject bucket/out/a if-match", 501, "NotImplemented");
        s3.instead(
                "HeadObject",
                CompletableFuture.completedFuture(HeadObjectResponse.builder().build()));

        assertThat(objects.delete(found))
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining("has no ETag");
    }

    @Test
    void aFailureOfAWholeBucketIsMovedBelowTheBucketsName() {
        s3.put("failures", "/a", "1");
        ObjectCleanUp moving = objects(new S3Prefix("failures", "/"));

        assertDone(moving.move(
                new StoredObject(new S3Location("failures", "/a"), null, null, null), ARCHIVE, "moveLocation"));

        assertThat(s3.keys()).contains("archive/done/failures/a");
    }

    @Test
    void anObjectIsNotMovedToWhereItWouldBeFoundAgain() {
        s3.put("bucket", "out/out/a", "1");

        assertThat(Futures.call(() -> objects.move(object("out/out/a"), new S3Prefix("bucket", ""), "moveLocation")))
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining("moveLocation")
                .withMessageContaining("found again");
        assertThat(s3.keys()).containsExactly("bucket/out/out/a");
    }

    @Test
    void anObjectWhoseCopyWasAnsweredButNotMadeStays() {
        s3.put("bucket", "out/a", "1");
        s3.instead(
                "CopyObject",
                CompletableFuture.completedFuture(CopyObjectResponse.builder().build()));

        assertThat(objects.move(object("out/a"), ARCHIVE, "moveLocation"))
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining("has no ETag of the copy");
        assertThat(s3.keys()).containsExactly("bucket/out/a");
    }

    @Test
    void aRefusedDeleteTellsWhatAndWhy() {
        s3.put("bucket", "out/a", "1");
        s3.fail("DeleteObject", 403);

        assertThat(objects.delete(object("out/a")))
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(SageMakerAsyncException.class)
                .withMessageContaining("DeleteObject of 's3://bucket/out/a'");
    }

    @Test
    void anOutputKeepsThePathBelowItsPrefix() {
        s3.put("bucket", "out/2024/a", "1");

        assertDone(objects.move(object("out/2024/a"), ARCHIVE, "moveLocation"));

        assertThat(s3.keys()).containsExactly("archive/done/2024/a");
    }

    @Test
    void aFailureOfTheSameNameDoesNotOverwriteAnOutput() {
        s3.put("bucket", "out/a", "1").put("bucket", "failed/a", "2");

        assertDone(objects.move(object("out/a"), ARCHIVE, "moveLocation"));
        assertDone(objects.move(object("failed/a"), ARCHIVE, "moveLocation"));

        assertThat(s3.keys()).containsExactly("archive/done/a", "archive/done/failed/a");
    }

    @Test
    void aFailureInsideTheOutputsKeepsItsPath() {
        s3.put("bucket", "out/failed/a", "2");
        ObjectCleanUp nested = objects(new S3Prefix("bucket", "out/failed/"));

        assertDone(nested.move(object("out/failed/a"), ARCHIVE, "moveLocation"));

        assertThat(s3.keys()).containsExactly("archive/done/failed/a");
    }

    @Test
    void anObjectOverwrittenSinceIsNotMoved() {
        s3.put("bucket", "out/a", "1");
        StoredObject found = object("out/a");
        s3.put("bucket", "out/a", "2");

        assertDone(objects.move(found, ARCHIVE, "moveLocation"));

        assertThat(s3.keys()).containsExactly("bucket/out/a");
    }

    @Test
    void anObjectOf5GbIsMoved() {
        s3.put("bucket", "out/a", "1", ObjectCleanUp.MAX_COPY_BYTES);

        assertDone(objects.move(
                new StoredObject(S3Location.parse("s3://bucket/out/a"), null, null, ObjectCleanUp.MAX_COPY_BYTES),
                ARCHIVE,
                "moveLocation"));

        assertThat(s3.keys()).containsExactly("archive/done/a");
    }

    @Test
    void aLargerObjectIsRefusedAndStays() {
        long size = ObjectCleanUp.MAX_COPY_BYTES + 1;
        s3.put("bucket", "out/a", "1", size);

        assertTooLarge(Futures.call(() -> objects.move(
                new StoredObject(S3Location.parse("s3://bucket/out/a"), null, null, size), ARCHIVE, "moveLocation")));
    }

    @Test
    void aCopyThatFailsLeavesTheObject() {
        s3.put("bucket", "out/a", "1");
        s3.fail("CopyObject", 500);

        assertThat(objects.move(object("out/a"), ARCHIVE, "moveLocation"))
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining("option moveLocation");

        assertThat(s3.keys()).containsExactly("bucket/out/a");
    }

    private void assertTooLarge(CompletableFuture<Void> move) {
        assertThat(move)
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(ObjectTooLargeToMoveException.class)
                .withMessageContaining("5368709121 bytes")
                .withMessageContaining("moveLocation");
        assertThat(s3.keys()).containsExactly("bucket/out/a");
    }

    private StoredObject object(String key) {
        return new StoredObject(S3Location.parse("s3://bucket/" + key), s3.etag("bucket/" + key), null, 1L);
    }

    private static void assertDone(CompletableFuture<Void> call) {
        assertThat(call).succeedsWithin(Duration.ofSeconds(30));
    }
}
