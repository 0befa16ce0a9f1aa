package io.github.camelsagemaker.async.internal.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.S3InMemory;
import io.github.camelsagemaker.async.error.InferenceFailedException;
import io.github.camelsagemaker.async.error.ResultTimedOutException;
import io.github.camelsagemaker.async.error.ResultUnreadableException;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import io.github.camelsagemaker.async.internal.concurrent.MemoryBudget;
import io.github.camelsagemaker.async.internal.concurrent.RouteStops;
import io.github.camelsagemaker.async.internal.result.BodyMode;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("any-camel")
class S3ReplySourceTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private final Replies replies = new Replies();
    private final ExecutorService workers = Executors.newFixedThreadPool(4);
    private final ExecutorService answers = Executors.newFixedThreadPool(2);
    private final S3InMemory s3 = new S3InMemory(answers);
    private ScheduledThreadPoolExecutor timer;
    private PendingReplies waiting;
    private S3ReplySource source;

    @BeforeEach
    void open() {
        timer = new ScheduledThreadPoolExecutor(1);
        timer.setRemoveOnCancelPolicy(true);
        lookEvery(Duration.ofMillis(5), Duration.ofMillis(40), 8);
    }

    private void lookEvery(Duration shortest, Duration longest, int maxInFlight) {
        waiting = new PendingReplies(
                timer,
                new RouteStops(workers),
                workers,
                s3,
                BodyMode.BYTES,
                new AsyncSemaphore(maxInFlight, workers),
                MemoryBudget.UNLIMITED,
                new S3ReplySource.Pace(shortest, longest));
        source = waiting.source;
    }

    @AfterEach
    void close() {
        timer.shutdownNow();
        workers.shutdownNow();
        answers.shutdownNow();
    }

    @Nested
    class Looking {

        @Test
        void fewRequestsAreReadOneByOneUntilTheirOutputIsThere() {
            List<PendingReply> requests = enter(3, true);
            await().until(() -> s3.failed("GetObject") > 20);

            requests.forEach(S3ReplySourceTest.this::land);

            await().until(() -> replies.told.get() == 3);
            assertThat(replies.byId.get("r1")).isEqualTo("result of r1");
            assertThat(replies.events.get("r1").outputLocation()).isEqualTo(requests.get(1).output);
            assertThat(s3.succeeded("GetObject")).isEqualTo(3);
            assertThat(s3.calls("ListObjectsV2")).isEmpty();
            assertNothingIsLeft();
        }

        @Test
        void aResultThatLandedBeforeTheWaitBeganIsFound() {
            PendingReply request = request("early", true);
            land(request);

            waiting.await(request, LONG);

            await().untilAsserted(() -> assertThat(replies.byId).containsEntry("early", "result of early"));
            assertThat(s3.succeeded("GetObject")).isEqualTo(1);
            assertNothingIsLeft();
        }

        @Test
        void anOutputThatTakesLongToReadHoldsUpNoOther() {
            PendingReply large = request("large", false);
            s3.instead("GetObject bucket/" + large.output.key(), new CompletableFuture<>());
            waiting.await(large, LONG);
            await().until(() -> !s3.calls("GetObject").isEmpty());

            land(enter("small", LONG));

            await().untilAsserted(() -> assertThat(replies.byId).containsEntry("small", "result of small"));
            assertThat(s3.calls("GetObject")).containsOnlyOnce("bucket/" + large.output.key());
        }

        @Test
        void manyRequestsCostOneReadEachAndFewListings() {
            List<PendingReply> requests = enter(3000, false);
            await().until(() -> s3.calls("ListObjectsV2").size() > 3);
            long before = System.nanoTime();
            int listsBefore = s3.calls("ListObjectsV2").size();

            Collections.shuffle(requests, new Random(1));
            requests.forEach(S3ReplySourceTest.this::land);

            await().until(() -> replies.told.get() == 3000);
            long intervals = intervalsSince(before);
            assertThat(s3.succeeded("GetObject")).isEqualTo(3000);
            assertThat(s3.failed("GetObject")).as("reads in vain").isZero();
            assertThat((long) s3.calls("ListObjectsV2").size() - listsBefore)
                    .isLessThanOrEqualTo(3000 / 500 + intervals);
            assertNothingIsLeft();
        }

        @Test
        void aListingHasAPageForEachThousandResults() {
            long before = System.nanoTime();
            List<PendingReply> requests = enter(5_000, false);
            requests.forEach(S3ReplySourceTest.this::land);

            await().until(() -> replies.told.get() == 5_000);

            assertThat(s3.succeeded("GetObject")).isEqualTo(5_000);
            assertThat((long) s3.calls("ListObjectsV2").size())
                    .isLessThanOrEqualTo(5_000 / 500 + intervalsSince(before));
            assertNothingIsLeft();
        }

        @Test
        void retainedOutputsOfOthersAndOfOldRequestsAreNotListed() {
            for (int i = 0; i < 5_000; i++) {
                s3.put("bucket", String.format("out/%06d.out", i), "old");
                s3.put("bucket", "out/camel-await/000000000000/202001010000-0000/" + i, "another producer's");
                s3.put(
                        "bucket",
                        "out/camel-await/" + waiting.path.instance() + "/202001010000-0000/" + i,
                        "ours, long ago");
            }
            long before = System.nanoTime();
            List<PendingReply> requests = enter(100, false);
            requests.forEach(S3ReplySourceTest.this::land);

            await().until(() -> replies.told.get() == 100);

            assertThat(s3.succeeded("GetObject")).isEqualTo(100);
            assertThat(s3.failed("GetObject")).isZero();
            assertThat((long) s3.calls("ListObjectsV2").size()).isLessThanOrEqualTo(intervalsSince(before));
        }

        @Test
        void deliveredOutputsThatAreKeptDoNotHideNewOnes() {
            for (int round = 0; round < 3; round++) {
                int expected = (round + 1) * 1500;
                List<PendingReply> requests = new ArrayList<>();
                for (int i = 0; i < 1500; i++) {
                    requests.add(request("r" + round + "-" + i, false));
                }
                requests.forEach(request -> waiting.await(request, LONG));
                requests.forEach(S3ReplySourceTest.this::land);
                await().until(() -> replies.told.get() == expected);
            }
            assertThat(s3.succeeded("GetObject")).isEqualTo(4500);
            assertNothingIsLeft();
        }

        @Test
        void anEmptyPageOfAListingIsNotItsEnd() {
            s3.beginWithEmptyPages(3);
            List<PendingReply> requests = enter(100, false);
            requests.forEach(S3ReplySourceTest.this::land);

            await().until(() -> replies.told.get() == 100);
            assertNothingIsLeft();
        }

        @Test
        void aKeyThatXmlCannotHoldDoesNotHideResults() {
            List<PendingReply> requests = enter(100, false);
            s3.put("bucket", requests.get(0).output.key() + "\u0001", "somebody else's");
            requests.forEach(S3ReplySourceTest.this::land);

            await().until(() -> replies.told.get() == 100);
            assertNothingIsLeft();
        }

        @Test
        void placesOutsideTheReservedPathAreReadAndNeverListed() {
            List<PendingReply> requests = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                requests.add(replies.request("r" + i, new S3Location("bucket", "elsewhere/r" + i + ".out"), null));
            }
            requests.forEach(request -> waiting.await(request, LONG));
            requests.forEach(S3ReplySourceTest.this::land);

            await().until(() -> replies.told.get() == 100);
            assertThat(s3.calls("ListObjectsV2")).isEmpty();
            assertThat(s3.succeeded("GetObject")).isEqualTo(100);
        }
    }

    @Nested
    class Failures {

        @Test
        void aFailureEndsTheRequestWithItsBeginningAndPlaces() {
            PendingReply request = enter(1, true).get(0);

            s3.put("bucket", request.failure.key(), "x".repeat(10_000));

            await().untilAsserted(() -> assertThat(replies.byId.get("r0"))
                    .isInstanceOfSatisfying(InferenceFailedException.class, e -> {
                        assertThat(e.getInferenceId()).isEqualTo("r0");
                        assertThat(e.getOutputLocation()).isEqualTo(request.output.uri());
                        assertThat(e.getFailureLocation()).isEqualTo(request.failure.uri());
                        assertThat(e.getFailureBody()).hasSize(InferenceFailedException.MAX_FAILURE_BODY);
                    }));
            assertNothingIsLeft();
        }

        @Test
        void outputAndFailureOfOneRequestEndItOnce() {
            List<PendingReply> requests = enter(50, true);
            for (PendingReply request : requests) {
                s3.put("bucket", request.failure.key(), "failed");
                land(request);
            }

            await().until(() -> waiting.size() == 0);
            await().until(() -> replies.told.get() == 50);
            assertThat(replies.told(String.class) + replies.told(InferenceFailedException.class))
                    .isEqualTo(50);
            assertNothingIsLeft();
        }

        @Test
        void amongManyFailuresAreFoundWithOneReadInVainPerInterval() {
            List<PendingReply> requests = enter(3000, true);
            for (int i = 0; i < 3000; i++) {
                if (i % 3 == 0) {
                    s3.put("bucket", requests.get(i).failure.key(), "failed");
                } else {
                    land(requests.get(i));
                }
            }

            await().until(() -> replies.told.get() == 3000);
            assertThat(replies.told(InferenceFailedException.class)).isEqualTo(1000);
            assertThat(replies.told(String.class)).isEqualTo(2000);
            assertThat(s3.succeeded("GetObject")).isEqualTo(3000);
            assertNothingIsLeft();
        }

        @Test
        void whileManyWaitFailuresAreReadNoMoreThanOncePerInterval() {
            CountDownLatch entered = new CountDownLatch(1);
            timer.execute(() -> awaitLatch(entered)); // or the first look comes while only few wait
            enter(1000, true);
            long before = System.nanoTime();
            entered.countDown();
            await().until(() -> s3.failed("GetObject") >= 10);
            long intervals = intervalsSince(before);

            assertThat(s3.failed("GetObject")).isLessThanOrEqualTo(intervals);
            assertThat(s3.calls("GetObject")).doesNotHaveDuplicates();
            assertThat(s3.calls("GetObject")).allMatch(key -> key.startsWith("bucket/failed/"));
        }
    }

    @Nested
    class AnswersOfS3 {

        @Test
        void answer403MeansNotYet() {
            s3.denyListings();
            PendingReply request = enter(1, false).get(0);
            await().until(() -> s3.failed("GetObject") > 3);
            assertThat(source.lastLook(request).join()).contains("403", "s3:GetObject");

            land(request);

            await().untilAsserted(() -> assertThat(replies.byId).containsEntry("r0", "result of r0"));
        }

        @Test
        void withoutPermissionToListManyAreReadOneByOne() {
            s3.denyListings();
            List<PendingReply> requests = enter(200, false);
            await().until(() -> s3.failed("GetObject") > 3);

            requests.forEach(S3ReplySourceTest.this::land);

            await().until(() -> replies.told.get() == 200);
            assertThat(s3.calls("ListObjectsV2")).hasSize(1);
            assertThat(s3.succeeded("GetObject")).isEqualTo(200);
            assertNothingIsLeft();
        }

        @Test
        void anOutageIsWaitedOut() {
            s3.fail("ListObjectsV2", 503);
            List<PendingReply> requests = enter(20, false);
            await().until(() -> s3.calls("ListObjectsV2").size() > 3);
            List<CompletableFuture<String>> hints =
                    requests.stream().map(source::lastLook).toList();
            assertThat(hints.get(0).join()).contains("ListObjectsV2");

            s3.recover();
            requests.forEach(S3ReplySourceTest.this::land);

            await().until(() -> replies.told.get() == 20);
            assertNothingIsLeft();
        }

        @Test
        void anOutputThatIsListedButMayNotBeReadFailsItsExchange() {
            List<PendingReply> requests = enter(20, false);
            s3.fail("GetObject bucket/" + requests.get(7).output.key(), 403);
            requests.forEach(S3ReplySourceTest.this::land);

            await().until(() -> replies.told.get() == 20);

            assertThat(replies.byId.get("r7")).isInstanceOf(ResultUnreadableException.class);
            assertThat(replies.told(String.class)).isEqualTo(19);
            assertNothingIsLeft();
        }

        @ParameterizedTest
        @CsvSource({
            "503,ServiceUnavailable",
            "0,",
            "404,",
            "403,",
            "502,",
            "400,ExpiredToken",
            "403,RequestTimeTooSkewed"
        })
        void anOutputThatIsListedIsReadAgainUntilAnOutageOfReadsIsOver(int status, String code) {
            List<PendingReply> requests = enter(20, false);
            s3.fail("GetObject bucket/" + requests.get(7).output.key(), status, code);
            requests.forEach(S3ReplySourceTest.this::land);
            await().until(() -> s3.failed("GetObject") >= 10);

            s3.recover();

            await().until(() -> replies.told.get() == 20);
            await().untilAsserted(() -> assertThat(replies.byId).containsEntry("r7", "result of r7"));
            assertNothingIsLeft();
        }
    }

    @Nested
    class StrayAnswers {

        @ParameterizedTest
        @ValueSource(ints = {400, 416, 503})
        void whatSomethingOnTheWayAnswersIsNoFailure(int status) {
            s3.fail("GetObject", status, "AccessDenied");
            PendingReply request = enter(1, true).get(0);
            await().until(() -> s3.failed("GetObject") > 20);

            land(request);
            s3.recover();

            await().untilAsserted(() -> assertThat(replies.byId).containsEntry("r0", "result of r0"));
        }

        @Test
        void aListingIsGivenUpOnlyWhenS3ItselfDeniesIt() {
            s3.fail("ListObjectsV2", 403, null);
            List<PendingReply> requests = enter(20, false);
            await().until(() -> s3.failed("ListObjectsV2") > 3);

            s3.recover();
            requests.forEach(S3ReplySourceTest.this::land);

            await().until(() -> replies.told.get() == 20);
            assertNothingIsLeft();
        }

        @Test
        void aLastLookThatIsNotAnsweredByS3IsRepeated() {
            s3.fail("GetObject", 404, null);
            CompletableFuture.delayedExecutor(400, TimeUnit.MILLISECONDS).execute(s3::recover);
            PendingReply request = request("late", false);
            land(request);

            waiting.await(request, Duration.ofMillis(100));

            await().until(() -> replies.told.get() == 1);
            await().untilAsserted(() -> assertThat(replies.byId).containsEntry("late", "result of late"));
            assertNothingIsLeft();
        }
    }

    @Nested
    class Costs {

        @Test
        void requestsThatComeOneAfterTheOtherDoNotHaveS3AskedMoreOften() {
            long before = System.nanoTime();
            for (int i = 0; i < 300; i++) {
                enter("r" + i, LONG);
                int entered = i;
                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> millisSince(before) >= 2 * entered);
            }

            assertThat((long) s3.calls("ListObjectsV2").size()).isLessThanOrEqualTo(millisSince(before) / 40 + 15);
        }

        /** A hundredth of the time: five minutes are three seconds, and the ceiling of five seconds is 50 ms. */
        @Test
        void aThousandInferencesOfFiveMinutesCostLittleMoreThanOneReadEach() {
            lookEvery(Duration.ofNanos(2_500_000), Duration.ofMillis(50), 8);
            for (int i = 0; i < 1000; i++) {
                PendingReply request = request("r" + i, true);
                CompletableFuture.delayedExecutor(i / 4, TimeUnit.MILLISECONDS)
                        .execute(() -> waiting.await(request, LONG));
                CompletableFuture.delayedExecutor(3000 + i / 4, TimeUnit.MILLISECONDS)
                        .execute(() -> land(request));
            }

            await().until(() -> replies.told.get() == 1000);

            // 1,100 at most when the machine has nothing else to do: where looks come late, more are in vain.
            assertThat(s3.calls("GetObject").size()).isLessThanOrEqualTo(1200);
            assertThat(s3.calls("ListObjectsV2").size()).isLessThanOrEqualTo(100);
        }
    }

    @Nested
    class Ends {

        @Test
        void whatIsThereDoesNotTimeOutHoweverLongRoutesTake() {
            lookEvery(Duration.ofMillis(5), Duration.ofMillis(40), 2);
            CountDownLatch route = new CountDownLatch(1);
            List<PendingReply> requests = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                requests.add(replies.request("r" + i, output("r" + i), null, () -> awaitLatch(route)));
            }
            requests.forEach(S3ReplySourceTest.this::land);
            requests.forEach(request -> waiting.await(request, Duration.ofMillis(300)));
            enter("never", Duration.ofSeconds(3));

            await().until(() -> replies.byId.containsKey("never"));
            route.countDown();

            await().until(() -> replies.told.get() == 61);
            assertThat(replies.told(String.class)).isEqualTo(60);
            assertNothingIsLeft();
        }

        @Test
        void whatIsThereDoesNotTimeOutBecauseThereIsNoFailure() {
            lookEvery(LONG, LONG, 1);
            CountDownLatch first = new CountDownLatch(1);
            CountDownLatch second = new CountDownLatch(1);
            PendingReply one = replies.request("one", output("one"), null, () -> awaitLatch(first));
            PendingReply two = replies.request("two", output("two"), null, () -> awaitLatch(second));
            PendingReply request = request("r0", true);
            List.of(one, two, request).forEach(S3ReplySourceTest.this::land);
            waiting.await(request, LONG);
            source.forget(request); // as a listing does that has found its output
            request.seen(request.output);
            waiting.reads.read(one, one.output);
            waiting.reads.read(request, request.failure);
            waiting.reads.read(two, two.output);
            waiting.reads.read(request, request.output);
            first.countDown();
            await().until(() -> s3.failed("GetObject") == 1); // its failure is not there

            CompletableFuture<String> look = source.lastLook(request);

            assertThat(look).isNotDone();
            second.countDown();
            assertThat(look).succeedsWithin(Duration.ofSeconds(30));
            await().untilAsserted(() -> assertThat(replies.byId).containsEntry("r0", "result of r0"));
        }

        @Test
        void manyWhoseTimeIsOverAreListed() {
            lookEvery(LONG, LONG, 8);
            for (int i = 0; i < 2000; i++) {
                land(enter("r" + i, Duration.ofMillis(1000)));
            }

            await().until(() -> replies.told.get() == 2000);

            assertThat(replies.told(String.class)).isEqualTo(2000);
            assertThat(s3.calls("GetObject")).hasSize(2000);
            assertNothingIsLeft();
        }

        @Test
        void aReadThatBeganInTimeEndsTheWaitAndNoSecondOneBegins() {
            s3.later(
                    "GetObject",
                    CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(4, TimeUnit.SECONDS)));
            PendingReply request = request("slow", false);
            land(request);

            waiting.await(request, Duration.ofSeconds(1));

            await().until(() -> replies.told.get() == 1);
            await().untilAsserted(() -> assertThat(replies.byId).containsEntry("slow", "result of slow"));
            assertThat(s3.calls("GetObject")).hasSize(1);
            assertNothingIsLeft();
        }

        @ParameterizedTest
        @CsvSource({"301,PermanentRedirect", "400,KMS.DisabledException", "403,InvalidObjectState", "404,NoSuchBucket"})
        void whatCanNeverBeReadEndsTheWaitWithTheWordsOfS3(int status, String code) {
            s3.fail("GetObject bucket/out", status, code);

            enter("r0", LONG);

            await().until(() -> replies.told.get() == 1);
            assertThat((Exception) replies.byId.get("r0"))
                    .isInstanceOf(ResultUnreadableException.class)
                    .hasMessageContaining(code);
            assertNothingIsLeft();
        }

        @ParameterizedTest
        @CsvSource({"301,PermanentRedirect", "404,NoSuchBucket"})
        void whatCanNeverBeListedOrReadEndsManyWaitsToo(int status, String code) {
            s3.fail("ListObjectsV2", status, code);
            s3.fail("GetObject bucket/out", status, code);

            enter(40, false);

            await().until(() -> replies.told.get() == 40);
            assertThat(replies.told(ResultUnreadableException.class)).isEqualTo(40);
            assertNothingIsLeft();
        }

        @Test
        void aFailurePathThatCannotBeReadEndsNoWait() {
            s3.fail("GetObject bucket/failed", 301, "PermanentRedirect");
            PendingReply request = request("r0", true);
            waiting.await(request, LONG);
            await().until(() -> s3.calls("GetObject").size() > 20);

            land(request);

            await().until(() -> replies.told.get() == 1);
            await().untilAsserted(() -> assertThat(replies.byId).containsEntry("r0", "result of r0"));
        }

        @Test
        void aListingTellsThatAnswer403IsNoNotYet() {
            s3.fail("GetObject", 403, "AccessDenied");

            land(enter("r0", LONG));

            await().until(() -> replies.told.get() == 1);
            assertThat(replies.byId.get("r0")).isInstanceOf(ResultUnreadableException.class);
            assertNothingIsLeft();
        }

        @Test
        void whatIsSaidOfATimeOutIsAboutTheRequestItself() {
            PendingReply other = enter("other", LONG);
            s3.fail("GetObject bucket/" + other.output.key(), 503);
            PendingReply request = enter("r0", LONG);
            await().until(() -> s3.failed("GetObject") > 3);

            assertThat(source.lastLook(request).join()).isNull();
            assertThat(source.lastLook(other).join()).contains(other.output.key());
        }

        @Test
        void aLookBeforeATimeOutEndsThoughTheTimerIsStoppedMeanwhile() {
            lookEvery(LONG, LONG, 8);
            PendingReply request = enter("r0", LONG);

            CompletableFuture<String> look = source.lastLook(request);
            timer.shutdownNow();

            assertThat(look).succeedsWithin(Duration.ofSeconds(10));
        }

        @Test
        void timeOutsLeaveNothingBehind() {
            for (int i = 0; i < 100; i++) {
                waiting.await(request("r" + i, true), Duration.ofMillis(30));
            }

            await().until(() -> replies.told.get() == 100);
            assertThat(replies.told(ResultTimedOutException.class)).isEqualTo(100);
            assertNothingIsLeft();
        }

        @Test
        void noMoreResultsAreReadThanRoutesTake() throws Exception {
            List<PendingReply> requests = new ArrayList<>();
            java.util.concurrent.Semaphore route = new java.util.concurrent.Semaphore(0);
            for (int i = 0; i < 100; i++) {
                requests.add(replies.request("r" + i, output("r" + i), null, route::acquireUninterruptibly));
            }
            requests.forEach(request -> waiting.await(request, LONG));
            requests.forEach(S3ReplySourceTest.this::land);

            // 4 threads are in the route, and 4 more results have a permit; these may wait for a thread to begin.
            await().until(() -> s3.succeeded("GetObject") >= 4);
            await().pollDelay(Duration.ofMillis(200)).until(() -> s3.succeeded("GetObject") <= 8);
            route.release(100);
            await().until(() -> replies.told.get() == 100);
            assertNothingIsLeft();
        }
    }

    private static long millisSince(long before) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before);
    }

    private PendingReply enter(String id, Duration timeout) {
        PendingReply request = request(id, false);
        waiting.await(request, timeout);
        return request;
    }

    /** How many looks may have been due: one each {@code resultPollDelay} of this test at the most. */
    private static long intervalsSince(long before) {
        return (System.nanoTime() - before) / TimeUnit.MILLISECONDS.toNanos(5) + 1;
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<PendingReply> enter(int count, boolean failures) {
        List<PendingReply> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            requests.add(request("r" + i, failures));
        }
        requests.forEach(request -> waiting.await(request, LONG));
        return requests;
    }

    private PendingReply request(String id, boolean failurePath) {
        return replies.request(
                id, output(id), failurePath ? new S3Location("bucket", "failed/" + id + "-error.out") : null);
    }

    private S3Location output(String id) {
        return new S3Location("bucket", "out/" + waiting.path.next(null, null) + "/" + id + ".out");
    }

    private void land(PendingReply request) {
        s3.put("bucket", request.output.key(), "result of " + request.inferenceId);
    }

    private void assertNothingIsLeft() {
        assertThat(waiting.size()).isZero();
        await().untilAsserted(() -> {
            assertThat(source.pollers).isEmpty();
            assertThat(timer.getQueue()).isEmpty();
        });
    }
}
