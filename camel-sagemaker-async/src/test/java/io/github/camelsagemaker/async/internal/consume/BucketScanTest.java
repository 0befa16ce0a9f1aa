package io.github.camelsagemaker.async.internal.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.S3InMemory;
import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.internal.observe.ResultObserver;
import io.github.camelsagemaker.async.internal.result.ResultEvent;
import io.github.camelsagemaker.async.internal.s3.ObjectPage;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import io.github.camelsagemaker.async.internal.s3.StagedInputs;
import io.github.camelsagemaker.async.internal.s3.StagedInputs.StagedInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

@Tag("no-camel")
class BucketScanTest {

    private final S3InMemory s3 = new S3InMemory(3);
    private final ResultObserver observer = ResultObserver.none();
    private final ObjectRetries retries = new ObjectRetries(ObjectRetries.CAPACITY, System::nanoTime, observer);
    private final StagedInputs payloads = new StagedInputs();

    @Nested
    class Rounds {

        @Test
        void resultsOfManyPagesAreEachFoundOnceInOneRound() throws InterruptedException {
            putOutputs(10);

            assertThat(round(scan(null))).containsExactlyElementsOf(outputs(0, 10));
            assertThat(s3.calls()).hasSize(4);
        }

        @Test
        void theNextPageGoesOnBehindTheLastResultThatWasPassed() throws InterruptedException {
            putOutputs(10);
            BucketScan scan = scan(null);

            List<ResultEvent> page = found(scan);
            assertThat(keys(page)).containsExactlyElementsOf(outputs(0, 3));
            scan.passed(page.get(1));

            assertThat(keys(found(scan))).containsExactlyElementsOf(outputs(2, 5));
        }

        @Test
        void anEmptyPageIsNotTheEnd() throws InterruptedException {
            putOutputs(4);
            s3.beginWithEmptyPages(2);

            assertThat(round(scan(null))).containsExactlyElementsOf(outputs(0, 4));
            assertThat(s3.calls()).hasSize(4);
        }

        @Test
        void aStoreThatNeverGetsOnEndsTheRound() throws InterruptedException {
            putOutputs(4);
            s3.instead(
                    "ListObjectsV2",
                    CompletableFuture.completedFuture(ListObjectsV2Response.builder()
                            .isTruncated(true)
                            .nextContinuationToken("same")
                            .build()));

            assertThat(round(scan(null))).isEmpty();
        }

        @Test
        void aTokenThatS3RefusesIsReplacedByTheMarker() throws InterruptedException {
            putOutputs(6);
            BucketScan scan = scan(null);
            scan.passed(page(scan));
            s3.fail("ListObjectsV2 bucket/out/ token", 400);

            assertThatThrownBy(scan::next).isInstanceOf(SageMakerAsyncException.class);
            scan.putOff(false);

            assertThat(keys(found(scan))).containsExactlyElementsOf(outputs(3, 6));
        }

        @Test
        void whatIsNotFoundAnyMoreIsForgotten() throws InterruptedException {
            putOutputs(2);
            BucketScan scan = scan(null);
            StoredObject gone = new StoredObject(S3Location.parse("s3://bucket/out/gone"), "\"1\"", null, 1L);
            StoredObject elsewhere = new StoredObject(S3Location.parse("s3://bucket/else/gone"), "\"1\"", null, 1L);
            retries.putOff(gone, new IOException("unreadable"), false);
            retries.putOff(elsewhere, new IOException("unreadable"), false);

            round(scan);

            assertThat(retries.next(gone)).isEqualTo(ObjectRetries.Step.EMIT);
            assertThat(retries.next(elsewhere)).isEqualTo(ObjectRetries.Step.WAIT);
        }

        @Test
        void aPausedScanListsNothingMoreUntilItIsResumed() throws InterruptedException {
            putOutputs(10);
            BucketScan scan = scan(null);
            scan.passed(page(scan));

            scan.pause();
            assertThat(scan.next()).isEmpty();

            scan.resume();
            assertThat(keys(found(scan))).containsExactlyElementsOf(outputs(3, 6));
        }

        @Test
        void aRestartBeginsANewRound() throws InterruptedException {
            putOutputs(5);
            BucketScan scan = scan(null);
            scan.passed(page(scan));

            scan.restart();

            assertThat(keys(found(scan))).containsExactlyElementsOf(outputs(0, 3));
        }
    }

    @Nested
    class Prefixes {

        @Test
        void aPrefixThatOnlyBeginsAlikeIsNotScanned() throws InterruptedException {
            s3.put("bucket", "out/a", "1").put("bucket", "outside/a", "2").put("bucket", "out", "3");

            assertThat(round(scan(null))).containsExactly("out/a");
        }

        @Test
        void folderMarkersAreNoResults() throws InterruptedException {
            s3.put("bucket", "out/", "").put("bucket", "out/a/", "").put("bucket", "out/a/b", "1");

            assertThat(round(scan(null))).containsExactly("out/a/b");
        }

        @Test
        void awaitedRepliesArePassedOverWithoutReadingThemAll() throws InterruptedException {
            s3.put("bucket", "out/a", "1").put("bucket", "out/z", "1");
            for (int i = 0; i < 30; i++) {
                s3.put("bucket", "out/camel-await/p/" + (100 + i), "1");
            }

            assertThat(round(scan(null))).containsExactly("out/a", "out/z");
            assertThat(s3.calls()).hasSize(2);
        }

        @Test
        void awaitedRepliesOfAnOutputPathFurtherBelowArePassedOverToo() throws InterruptedException {
            s3.put("bucket", "out/a", "1").put("bucket", "out/model-a/b", "1").put("bucket", "out/model-a/z", "1");
            for (int i = 0; i < 30; i++) {
                s3.put("bucket", "out/model-a/camel-await/p/" + (100 + i), "1");
            }

            assertThat(round(scan(null))).containsExactly("out/a", "out/model-a/b", "out/model-a/z");
            assertThat(s3.calls()).hasSizeLessThanOrEqualTo(3);
        }

        @Test
        void failuresInsideTheOutputsAreFoundOnceAndAreFailures() throws InterruptedException {
            s3.put("bucket", "out/a", "1").put("bucket", "out/failed/b", "2").put("bucket", "out/failed-not/c", "3");

            assertThat(events(scan("s3://bucket/out/failed/")))
                    .extracting(event -> event.object().key(), ResultEvent::status)
                    .containsExactly(
                            tuple("out/a", InferenceStatus.COMPLETED),
                            tuple("out/failed-not/c", InferenceStatus.COMPLETED),
                            tuple("out/failed/b", InferenceStatus.FAILED));
        }

        @Test
        void failuresInAnotherBucketAreFoundToo() throws InterruptedException {
            s3.put("bucket", "out/a", "1").put("failures", "b", "2");

            assertThat(events(scan("s3://failures")))
                    .extracting(ResultEvent::status)
                    .containsExactly(InferenceStatus.COMPLETED, InferenceStatus.FAILED);
        }
    }

    @Nested
    class Failures {

        @Test
        void aPrefixThatCannotBeListedDoesNotKeepTheOtherFromBeing() throws InterruptedException {
            s3.put("bucket", "out/a", "1").put("failures", "b", "2");
            s3.fail("ListObjectsV2 bucket/", 403);
            BucketScan scan = scan("s3://failures");

            assertThatThrownBy(scan::next)
                    .isInstanceOf(SageMakerAsyncException.class)
                    .hasMessageContaining("s3://bucket/out/")
                    .hasMessageContaining("outputLocation");
            assertThat(scan.putOff(true)).isEmpty();

            assertThat(round(scan)).containsExactly("b");
            assertThat(round(scan)).containsExactly("b");
            assertThat(s3.calls())
                    .filteredOn(call -> call.contains("bucket/out"))
                    .hasSize(1);
        }

        @Test
        void aPrefixThatFailsAgainIsLeftAloneForLonger() {
            s3.fail("ListObjectsV2 bucket/", 503);
            BucketScan scan = scan(null);

            scan.putOff(true);
            assertThat(scan.putOff(true)).get().satisfies(pause -> assertThat(pause.toMillis())
                    .isBetween(500L, 1000L));
            assertThat(scan.isPutOff()).isTrue();
        }

        @Test
        void aKeyThatAListingNeverTellsIsRefused() {
            BucketScan scan = scan(null);

            assertThatThrownBy(() -> scan.requireKey("${header.CamelAwsSageMakerAsyncInferenceId}", event -> {
                        throw new IllegalArgumentException("empty for " + event);
                    }))
                    .hasMessageContaining("idempotentKey")
                    .hasMessageContaining("${header.CamelAwsSageMakerAsyncInferenceId}")
                    .hasMessageContaining("OutputLocation");
        }
    }

    @Nested
    class Events {

        @Test
        void aResultEventTellsWhatTheListingTells() throws InterruptedException {
            s3.put("bucket", "out/a", "content");

            ResultEvent event = found(scan(null)).get(0);

            assertThat(event.endpointName()).isEqualTo("e");
            assertThat(event.outputLocation()).isEqualTo(S3Location.parse("s3://bucket/out/a"));
            assertThat(event.failureLocation()).isNull();
            assertThat(event.contentLength()).isEqualTo(7);
            assertThat(event.etag()).isEqualTo(s3.etag("bucket/out/a"));
            assertThat(event.eventTime()).isNotNull();
            assertThat(event.inferenceId()).isNull();
        }

        @Test
        void aRequestOfTheSameComponentIsKnown() throws InterruptedException {
            s3.put("bucket", "out/a", "1");
            S3Location input = S3Location.parse("s3://bucket/in/a");
            payloads.remember(S3Location.parse("s3://bucket/out/a"), null, new StagedInput(input, "id-1"));

            ResultEvent event = found(scan(null)).get(0);

            assertThat(event.inferenceId()).isEqualTo("id-1");
            assertThat(event.inputLocation()).isEqualTo(input);
        }
    }

    /** Of which nothing is dispatched. */
    private BucketScan scan(String failures) {
        return new BucketScan(
                new PlacePolicy(
                        "e",
                        new S3Prefix("bucket", "out/"),
                        failures == null ? null : S3Prefix.parse("failureLocation", failures)),
                observer,
                null,
                null,
                new ObjectCleanUp(s3, null, retries, payloads, null, observer, null, true),
                new ScanPaces(System::nanoTime).of("e"));
    }

    private static ObjectPage page(BucketScan scan) throws InterruptedException {
        return scan.next().orElseThrow();
    }

    /** What the next page has. */
    private static List<ResultEvent> found(BucketScan scan) throws InterruptedException {
        return scan.events(page(scan)).toList();
    }

    /** All that one round finds. */
    private static List<ResultEvent> events(BucketScan scan) throws InterruptedException {
        List<ResultEvent> found = new ArrayList<>();
        boolean over = false;
        while (!over) {
            ObjectPage page = page(scan);
            scan.events(page).forEach(found::add);
            over = scan.passed(page);
        }
        return found;
    }

    private static List<String> round(BucketScan scan) throws InterruptedException {
        return events(scan).stream().map(event -> event.object().key()).toList();
    }

    private void putOutputs(int count) {
        outputs(0, count).forEach(key -> s3.put("bucket", key, "content"));
    }

    private static List<String> outputs(int from, int to) {
        List<String> keys = new ArrayList<>();
        for (int i = from; i < to; i++) {
            keys.add(output(i));
        }
        return keys;
    }

    private static String output(int number) {
        return "out/" + (1000 + number) + ".out";
    }

    private static List<String> keys(List<ResultEvent> events) {
        return events.stream().map(event -> event.object().key()).toList();
    }
}
