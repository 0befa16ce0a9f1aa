package io.github.camelsagemaker.async.internal.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.S3InMemory;
import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;

@Tag("no-camel")
@Timeout(60)
class BatchDeleterTest {

    private static final Duration NEVER = Duration.ofHours(1);
    private static final Duration SOON = Duration.ofSeconds(30);

    private final ExecutorService answers = Executors.newFixedThreadPool(2);
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final AtomicInteger lent = new AtomicInteger();
    private final Map<Object, CompletableFuture<Boolean>> known = new ConcurrentHashMap<>();
    private final S3InMemory s3 = new S3InMemory();

    @AfterEach
    void close() {
        timer.shutdownNow();
        answers.shutdownNow();
    }

    private BatchDeleter deleter(int size, Duration linger) {
        return new BatchDeleter(s3, timer, size, linger, lent::addAndGet, known);
    }

    private static S3Location at(int i) {
        return new S3Location("bucket", "k" + i);
    }

    private void put(int count) {
        IntStream.range(0, count).forEach(i -> s3.put("bucket", "k" + i, "x"));
    }

    /** Whatever is there. */
    private List<CompletableFuture<Void>> delete(BatchDeleter deleter, int count) {
        put(count);
        return IntStream.range(0, count)
                .mapToObj(i -> deleter.delete(at(i), null, false, null))
                .toList();
    }

    /** The versions that are there, unless somebody overwrites them before the last of the batch comes. */
    private List<CompletableFuture<Void>> deleteVersions(BatchDeleter deleter, int count, int... overwritten) {
        put(count);
        List<String> etags =
                IntStream.range(0, count).mapToObj(i -> s3.etag("bucket/k" + i)).toList();
        IntStream.of(overwritten).forEach(i -> s3.put("bucket", "k" + i, "another"));
        return IntStream.range(0, count)
                .mapToObj(i -> deleter.delete(at(i), etags.get(i), true, null))
                .toList();
    }

    private static void assertDeleted(List<CompletableFuture<Void>> deleted) {
        assertThat(deleted).allSatisfy(future -> assertThat(future).succeedsWithin(SOON));
    }

    @Nested
    class WhateverIsThere {

        @Test
        void oneObjectIsDeletedAloneAfterTheLingerTime() {
            assertDeleted(delete(deleter(500, Duration.ofMillis(20)), 1));

            assertThat(s3.keys()).isEmpty();
            assertThat(s3.operations()).containsExactly("DeleteObject");
        }

        @Test
        void aFullBatchIsDeletedAtOnceWithOneRequest() {
            assertDeleted(delete(deleter(500, NEVER), 1000));

            assertThat(s3.keys()).isEmpty();
            assertThat(s3.operations()).containsExactly("DeleteObjects", "DeleteObjects");
        }

        @Test
        void aCloseSendsTheRestAndEndsWhenItIsDeleted() throws Exception {
            BatchDeleter deleter = deleter(500, NEVER);
            delete(deleter, 3);

            deleter.close().get(30, TimeUnit.SECONDS);

            assertThat(s3.keys()).isEmpty();
            assertThat(s3.calls()).hasSize(1);
        }

        @Test
        void afterACloseNothingWaitsForOthers() {
            BatchDeleter deleter = deleter(500, NEVER);
            deleter.close();

            assertDeleted(delete(deleter, 2));
        }

        @Test
        void aCloseEndsAlsoWhenSomethingCannotBeDeleted() throws Exception {
            s3.fail("DeleteObject bucket/k1", 403);
            BatchDeleter deleter = deleter(500, NEVER);
            delete(deleter, 3);

            deleter.close().get(30, TimeUnit.SECONDS);

            assertThat(s3.keys()).containsExactly("bucket/k1");
        }

        @Test
        void withoutATimerNothingWaits() {
            timer.shutdownNow();

            assertDeleted(delete(deleter(500, NEVER), 3));

            assertThat(s3.keys()).isEmpty();
        }

        @Test
        void whatNoAnswerNamesIsDeletedAlone() {
            s3.instead(
                    "DeleteObjects",
                    CompletableFuture.completedFuture(DeleteObjectsResponse.builder()
                            .deleted(deleted -> deleted.key("k0"))
                            .build()));

            assertDeleted(delete(deleter(3, NEVER), 3));

            assertThat(s3.calls())
                    .containsExactly("DeleteObjects bucket/", "DeleteObject bucket/k1", "DeleteObject bucket/k2");
        }

        @Test
        void aKeyThatXmlCannotHoldIsDeletedAlone() {
            s3.put("bucket", "odd\u0001", "x");
            BatchDeleter deleter = deleter(2, NEVER);

            assertThat(deleter.delete(new S3Location("bucket", "odd\u0001"), null, true, null))
                    .succeedsWithin(SOON);

            assertThat(s3.keys()).isEmpty();
            assertThat(s3.operations()).containsExactly("DeleteObject");
            assertThat(lent).hasValue(0);
        }

        @Test
        void objectsOfTwoBucketsGoSeparately() {
            s3.put("one", "k", "x").put("two", "k", "x");
            BatchDeleter deleter = deleter(500, Duration.ofMillis(20));

            assertDeleted(List.of(
                    deleter.delete(new S3Location("one", "k"), null, false, null),
                    deleter.delete(new S3Location("two", "k"), null, false, null)));
        }

        @Test
        void severalCloseAtTheSameTime() throws Exception {
            CyclicBarrier both = new CyclicBarrier(2);
            S3InMemory waiting = new S3InMemory(answer -> answers.execute(() -> {
                meet(both);
                answer.run();
            }));
            List<BatchDeleter> producers = IntStream.range(0, 2)
                    .mapToObj(i -> new BatchDeleter(waiting, timer, 500, NEVER, permits -> {}, known))
                    .toList();
            producers.forEach(producer -> {
                String key = "k" + producers.indexOf(producer);
                waiting.put("bucket", key, "x");
                producer.delete(new S3Location("bucket", key), null, false, null);
            });

            CompletableFuture<?>[] closed =
                    producers.stream().map(BatchDeleter::close).toArray(CompletableFuture[]::new);
            CompletableFuture.allOf(closed).get(30, TimeUnit.SECONDS);

            assertThat(waiting.keys()).isEmpty();
        }
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(4, TimeUnit.SECONDS); // less than a close waits: one after the other, they would not meet
        } catch (Exception e) {
            throw new IllegalStateException("The other was not asked", e);
        }
    }

    @Nested
    class VersionsThatAreThere {

        @Test
        void aBatchNamesTheirETags() {
            assertDeleted(deleteVersions(deleter(3, NEVER), 3));

            assertThat(s3.keys()).isEmpty();
            DeleteObjectsRequest last =
                    (DeleteObjectsRequest) s3.requests().get(s3.requests().size() - 1);
            assertThat(last.delete().objects()).hasSize(3).allSatisfy(object -> assertThat(object.eTag())
                    .isNotNull());
        }

        @Test
        void theFirstBatchOfABucketAsksOnceWhetherETagsAreCompared() {
            deleteVersions(deleter(3, NEVER), 9);
            deleteVersions(deleter(3, NEVER), 3);

            assertThat(s3.operations())
                    .containsExactly(
                            "HeadObject",
                            "DeleteObjects",
                            "DeleteObjects",
                            "DeleteObjects",
                            "DeleteObjects",
                            "DeleteObjects");
        }

        @Test
        void batchesThatComeWhileThatIsAskedWaitForTheAnswer() {
            CompletableFuture<Void> head = new CompletableFuture<>();
            s3.later("HeadObject", head);
            List<CompletableFuture<Void>> deleted = deleteVersions(deleter(3, NEVER), 9);
            assertThat(s3.operations()).containsExactly("HeadObject");

            head.complete(null);

            assertDeleted(deleted);
            assertThat(s3.calls("DeleteObject")).isEmpty();
        }

        @Test
        void oneThatWasOverwrittenStays() {
            assertDeleted(deleteVersions(deleter(3, NEVER), 6, 4));

            assertThat(s3.keys()).containsExactly("bucket/k4");
        }

        @Test
        void oneThatWasOverwrittenIsNotAskedAbout() {
            assertDeleted(deleteVersions(deleter(3, NEVER), 6, 0));

            assertThat(s3.keys()).containsExactly("bucket/k0");
            assertThat(s3.calls("HeadObject")).as("the next batch asks again").hasSize(2);
        }

        @Test
        void oneThatIsGoneCountsAsDeleted() {
            deleteVersions(deleter(2, NEVER), 2);
            s3.instead(
                    "DeleteObjects",
                    CompletableFuture.completedFuture(DeleteObjectsResponse.builder()
                            .errors(error -> error.key("k8").code("NoSuchKey"))
                            .build()));
            BatchDeleter deleter = deleter(2, NEVER);

            assertDeleted(
                    List.of(deleter.delete(at(8), "\"1\"", true, null), deleter.delete(at(9), "\"1\"", true, null)));
        }

        @Test
        void oneThatCannotBeDeletedFailsAloneWithS3sWords() {
            s3.fail("DeleteObject bucket/k1", 403, "AccessDenied");

            List<CompletableFuture<Void>> deleted = deleteVersions(deleter(3, NEVER), 3);

            assertDeleted(List.of(deleted.get(0), deleted.get(2)));
            assertThat(deleted.get(1))
                    .failsWithin(SOON)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(SageMakerAsyncException.class)
                    .withMessageContaining("DeleteObject of 's3://bucket/k1'")
                    .withMessageContaining("AccessDenied");
            assertThat(s3.keys()).containsExactly("bucket/k1");
        }

        @Test
        void aBatchThatIsNotAnsweredFailsEach() {
            deleteVersions(deleter(2, NEVER), 2);
            s3.fail("DeleteObjects", 500, "InternalError");

            assertThat(deleteVersions(deleter(3, NEVER), 3)).allSatisfy(future -> assertThat(future)
                    .failsWithin(SOON)
                    .withThrowableOfType(ExecutionException.class)
                    .withMessageContaining("DeleteObjects of 's3://bucket/k"));
            assertThat(s3.calls("DeleteObject")).isEmpty();
        }

        @Test
        void aStoreThatIgnoresETagsIsFoundOutByAnObjectThatWasToGo() {
            s3.ignoreEtagsOfBatches();

            assertDeleted(deleteVersions(deleter(3, NEVER), 6, 4, 5));

            assertThat(s3.keys()).containsExactly("bucket/k4", "bucket/k5");
            assertThat(s3.operations())
                    .startsWith("HeadObject", "DeleteObjects", "DeleteObject")
                    .containsOnlyOnce("HeadObject", "DeleteObjects");
        }

        @ParameterizedTest
        @ValueSource(strings = {"NotImplemented 501", "MissingContentMD5 400", "MethodNotAllowed 405"})
        void aStoreThatRefusesBatchesIsAskedOnce(String answer) {
            String[] words = answer.split(" ");
            s3.fail("DeleteObjects", Integer.parseInt(words[1]), words[0]);

            assertDeleted(deleteVersions(deleter(3, NEVER), 6));
            assertDeleted(deleteVersions(deleter(3, NEVER), 6));

            assertThat(s3.keys()).isEmpty();
            assertThat(s3.calls("DeleteObjects")).hasSize(1);
        }

        @Test
        void anAnswerThatMayBeAnotherNextTimeIsNoAnswer() {
            s3.fail("DeleteObjects", 503, "SlowDown");
            assertDeleted(deleteVersions(deleter(3, NEVER), 3));
            s3.recover();

            assertDeleted(deleteVersions(deleter(3, NEVER), 3));

            assertThat(s3.calls("DeleteObject")).as("of the first batch").hasSize(3);
            assertThat(s3.keys()).isEmpty();
        }
    }

    @Nested
    class VersionsWhoseETagIsPresumed {

        private List<CompletableFuture<Void>> delete(Supplier<CompletableFuture<String>> other) {
            put(2);
            BatchDeleter deleter = deleter(2, NEVER);
            return List.of(
                    deleter.delete(at(0), "\"presumed\"", true, other),
                    deleter.delete(at(1), s3.etag("bucket/k1"), true, null));
        }

        @Test
        void goByTheirOwnIfTheyAreToldToBeTheSame() {
            assertDeleted(delete(() -> CompletableFuture.completedFuture(s3.etag("bucket/k0"))));

            assertThat(s3.keys()).isEmpty();
        }

        @Test
        void goAlsoInAStoreThatComparesNone() {
            s3.fail("DeleteObject bucket/k0 if-match", 501, "NotImplemented");

            assertDeleted(delete(() -> CompletableFuture.completedFuture(s3.etag("bucket/k0"))));

            assertThat(s3.keys()).isEmpty();
        }

        @Test
        void stayIfTheyAreOthers() {
            assertDeleted(delete(null));

            assertThat(s3.keys()).containsExactly("bucket/k0");
        }

        @Test
        void stayIfTheyAreOverwrittenMeanwhile() {
            assertDeleted(delete(() -> {
                String etag = s3.etag("bucket/k0");
                s3.put("bucket", "k0", "another");
                return CompletableFuture.completedFuture(etag);
            }));

            assertThat(s3.keys()).containsExactly("bucket/k0");
        }

        @Test
        void stayIfThatCannotBeTold() {
            List<CompletableFuture<Void>> deleted =
                    delete(() -> CompletableFuture.failedFuture(new IllegalStateException("S3 is away")));

            assertThat(deleted.get(0)).failsWithin(SOON).withThrowableThat().withMessageContaining("S3 is away");
            assertThat(s3.keys()).containsExactly("bucket/k0");
        }
    }

    @Nested
    class Permits {

        @Test
        void areLentWhileObjectsWait() {
            BatchDeleter deleter = deleter(3, NEVER);

            deleteVersions(deleter, 2);
            assertThat(lent).hasValue(2);

            deleter.delete(at(7), "\"1\"", true, null);
            assertThat(lent).hasValue(0);
        }

        @Test
        void ofObjectsThatHaveNoneAreNotLent() {
            delete(deleter(3, NEVER), 2);

            assertThat(lent).hasValue(0);
        }

        @Test
        void areTakenBackWhenTheLingerTimeIsOver() {
            deleteVersions(deleter(3, Duration.ofMillis(20)), 2);

            await().until(() -> lent.get() == 0);
        }
    }
}
