package io.github.camelsagemaker.async.landing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.camelsagemaker.async.S3InMemory;
import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.invoke.StagedInputs.StagedInput;
import io.github.camelsagemaker.async.observe.ResultObserver;
import io.github.camelsagemaker.async.result.InferenceStatus;
import io.github.camelsagemaker.async.result.S3Location;
import io.github.camelsagemaker.async.result.S3Prefix;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("no-camel")
class BucketScanTest {

    private final S3InMemory s3 = new S3InMemory(3);
    private final Set<String> busy = new HashSet<>();

    @Test
    void resultsOfManyPagesAreEachFoundOnceInOneRound() throws InterruptedException {
        putOutputs(10);

        ScanBatch batch = scan(null).next(1000);

        assertThat(keys(batch)).containsExactlyElementsOf(outputs(0, 10));
        assertThat(batch.endOfRound()).isTrue();
        assertThat(s3.calls()).hasSize(4);
    }

    @Test
    void theNextBatchGoesOnBehindTheLast() throws InterruptedException {
        putOutputs(10);
        ScanBatches scan = scan(null);

        assertThat(keys(scan.next(4))).containsExactlyElementsOf(outputs(0, 4));
        assertThat(keys(scan.next(4))).containsExactlyElementsOf(outputs(4, 8));
        assertThat(keys(scan.next(4))).containsExactlyElementsOf(outputs(8, 10));
        assertThat(keys(scan.next(4))).containsExactlyElementsOf(outputs(0, 4));
    }

    @Test
    void whatIsNoCandidateCountsForNothing() throws InterruptedException {
        putOutputs(10);
        busy.addAll(outputs(0, 5));

        assertThat(keys(scan(null).next(4))).containsExactlyElementsOf(outputs(5, 9));
    }

    @Test
    void aPrefixThatOnlyBeginsAlikeIsNotScanned() throws InterruptedException {
        s3.put("bucket", "out/a", "1").put("bucket", "outside/a", "2").put("bucket", "out", "3");

        assertThat(keys(scan(null).next(10))).containsExactly("out/a");
    }

    @Test
    void folderMarkersAreNoResults() throws InterruptedException {
        s3.put("bucket", "out/", "").put("bucket", "out/a/", "").put("bucket", "out/a/b", "1");

        assertThat(keys(scan(null).next(10))).containsExactly("out/a/b");
    }

    @Test
    void awaitedRepliesArePassedOverWithoutReadingThemAll() throws InterruptedException {
        s3.put("bucket", "out/a", "1").put("bucket", "out/z", "1");
        for (int i = 0; i < 30; i++) {
            s3.put("bucket", "out/camel-await/p/" + (100 + i), "1");
        }

        assertThat(keys(scan(null).next(10))).containsExactly("out/a", "out/z");
        assertThat(s3.calls()).hasSize(2);
    }

    @Test
    void awaitedRepliesOfAnOutputPathFurtherBelowArePassedOverToo() throws InterruptedException {
        s3.put("bucket", "out/a", "1").put("bucket", "out/model-a/b", "1").put("bucket", "out/model-a/z", "1");
        for (int i = 0; i < 30; i++) {
            s3.put("bucket", "out/model-a/camel-await/p/" + (100 + i), "1");
        }

        assertThat(keys(scan(null).next(10))).containsExactly("out/a", "out/model-a/b", "out/model-a/z");
        assertThat(s3.calls()).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void failuresInsideTheOutputsAreFoundOnceAndAreFailures() throws InterruptedException {
        s3.put("bucket", "out/a", "1").put("bucket", "out/failed/b", "2").put("bucket", "out/failed-not/c", "3");

        ScanBatch batch = scan("s3://bucket/out/failed/").next(10);

        assertThat(batch.landings())
                .extracting(landing -> landing.object().key(), Landing::status)
                .containsExactly(
                        tuple("out/a", InferenceStatus.COMPLETED),
                        tuple("out/failed-not/c", InferenceStatus.COMPLETED),
                        tuple("out/failed/b", InferenceStatus.FAILED));
    }

    @Test
    void failuresInAnotherBucketAreFoundToo() throws InterruptedException {
        s3.put("bucket", "out/a", "1").put("failures", "b", "2");

        ScanBatch batch = scan("s3://failures").next(10);

        assertThat(batch.landings())
                .extracting(Landing::status)
                .containsExactly(InferenceStatus.COMPLETED, InferenceStatus.FAILED);
        assertThat(batch.endOfRound()).isTrue();
    }

    @Test
    void aPrefixThatCannotBeListedDoesNotKeepTheOtherFromBeing() throws InterruptedException {
        s3.put("bucket", "out/a", "1").put("failures", "b", "2");
        s3.fail("ListObjectsV2 bucket/", 403);
        ScanBatches scan = scan("s3://failures");

        ScanBatch refused = scan.next(10);
        ScanBatch other = scan.next(10);

        assertThat(refused.failure())
                .isInstanceOf(SageMakerAsyncException.class)
                .hasMessageContaining("s3://bucket/out/")
                .hasMessageContaining("outputLocation");
        assertThat(keys(other)).containsExactly("b");
    }

    @Test
    void whatWasFoundBeforeAnErrorIsNotLost() throws InterruptedException {
        s3.put("bucket", "out/a", "1").put("failures", "b", "2");
        s3.fail("ListObjectsV2 failures/", 503);

        ScanBatch batch = scan("s3://failures").next(10);

        assertThat(keys(batch)).containsExactly("out/a");
        assertThat(batch.failure()).hasMessageContaining("failureLocation");
    }

    @Test
    void aLandingTellsWhatTheListingTells() throws InterruptedException {
        s3.put("bucket", "out/a", "content");

        Landing landing = scan(null).next(1).landings().get(0);

        assertThat(landing.endpointName()).isEqualTo("e");
        assertThat(landing.outputLocation()).isEqualTo(S3Location.parse("s3://bucket/out/a"));
        assertThat(landing.failureLocation()).isNull();
        assertThat(landing.contentLength()).isEqualTo(7);
        assertThat(landing.etag()).isEqualTo(s3.etag("bucket/out/a"));
        assertThat(landing.eventTime()).isNotNull();
        assertThat(landing.inferenceId()).isNull();
    }

    @Test
    void aRequestOfTheSameComponentIsKnown() throws InterruptedException {
        s3.put("bucket", "out/a", "1");
        S3Location input = S3Location.parse("s3://bucket/in/a");
        BucketScan scan = new BucketScan(
                s3,
                "e",
                new S3Prefix("bucket", "out/"),
                null,
                location -> Optional.ofNullable(
                        Map.of(S3Location.parse("s3://bucket/out/a"), new StagedInput(input, "id-1"))
                                .get(location)),
                ResultObserver.none());

        Landing landing = new ScanBatches(scan, any -> true).next(1).landings().get(0);

        assertThat(landing.inferenceId()).isEqualTo("id-1");
        assertThat(landing.inputLocation()).isEqualTo(input);
    }

    @Test
    void aCandidateTestThatFailsEndsTheBatchWithItsFailure() throws InterruptedException {
        putOutputs(3);
        ScanBatches scan = new ScanBatches(bucketScan(null), landing -> {
            if (landing.object().key().equals(output(1))) {
                throw new IllegalStateException("no connection");
            }
            return true;
        });

        ScanBatch batch = scan.next(10);

        assertThat(keys(batch)).containsExactly(output(0));
        assertThat(batch.failure()).hasMessage("no connection");
    }

    @Test
    void aPausedScanListsNothingMoreUntilItIsResumed() throws InterruptedException {
        putOutputs(10);
        AtomicReference<ScanBatches> scan = new AtomicReference<>();
        scan.set(new ScanBatches(bucketScan(null), landing -> {
            scan.get().pause();
            return true;
        }));

        assertThat(keys(scan.get().next(1000))).containsExactlyElementsOf(outputs(0, 3));
        assertThat(keys(scan.get().next(1000))).isEmpty();
        assertThat(s3.calls()).hasSize(1);

        scan.get().resume();
        assertThat(keys(scan.get().next(1000))).containsExactlyElementsOf(outputs(3, 6));
    }

    @Test
    void aRestartBeginsANewRound() throws InterruptedException {
        putOutputs(5);
        ScanBatches scan = scan(null);
        scan.next(4);

        scan.restart();

        assertThat(keys(scan.next(2))).containsExactlyElementsOf(outputs(0, 2));
    }

    private ScanBatches scan(String failures) {
        return new ScanBatches(
                bucketScan(failures), landing -> !busy.contains(landing.object().key()));
    }

    private BucketScan bucketScan(String failures) {
        return new BucketScan(
                s3,
                "e",
                new S3Prefix("bucket", "out/"),
                failures == null ? null : S3Prefix.parse("failureLocation", failures),
                location -> Optional.empty(),
                ResultObserver.none());
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

    private static List<String> keys(ScanBatch batch) {
        return batch.landings().stream().map(landing -> landing.object().key()).toList();
    }
}
