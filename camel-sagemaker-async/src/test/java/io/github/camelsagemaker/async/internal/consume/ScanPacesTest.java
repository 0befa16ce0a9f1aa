package io.github.camelsagemaker.async.internal.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.S3InMemory;
import io.github.camelsagemaker.async.internal.observe.ResultObserver;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import io.github.camelsagemaker.async.internal.s3.StagedInputs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("no-camel")
class ScanPacesTest {

    private static final Duration TICK = Duration.ofMillis(500);

    /** 600,000 listings in a month of 30 days. */
    private static final int AFFORDABLE_IN_AN_HOUR = 833;

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // nanoTime may overflow
    private final ScanPaces paces = new ScanPaces(now::get);
    private final ScanPaces.Pace pace = paces.of("e");
    private final S3InMemory s3 = new S3InMemory(3);

    @Test
    void anIdleHourCostsWhatIsAffordable() throws InterruptedException {
        BucketScan scan = scan(null);

        run(scan, Duration.ofHours(1));

        assertThat(s3.calls()).hasSizeBetween(700, AFFORDABLE_IN_AN_HOUR);
    }

    @Test
    void eachPlaceOfTwoCostsNoMore() throws InterruptedException {
        BucketScan scan = scan("s3://failures");

        run(scan, Duration.ofHours(1));

        assertThat(listings("bucket/")).isBetween(700L, (long) AFFORDABLE_IN_AN_HOUR);
        assertThat(listings("failures")).isEqualTo(listings("bucket/"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bucket/", "failures"})
    void aPlaceThatCannotBeListedDoesNotMakeTheOtherDearer(String denied) throws InterruptedException {
        s3.fail("ListObjectsV2 " + denied, 403);
        BucketScan scan = scan("s3://failures");

        run(scan, Duration.ofHours(1));

        assertThat(listings(denied.equals("failures") ? "bucket/" : "failures"))
                .isBetween(700L, AFFORDABLE_IN_AN_HOUR + 10L);
    }

    @Test
    void aPlaceThatFailedIsTriedAgainWhenItsTimeHasCome() throws InterruptedException {
        BucketScan scan = scan("s3://failures");
        run(scan, Duration.ofHours(1));
        s3.fail("ListObjectsV2 bucket/", 503);
        pass(Duration.ofSeconds(5));
        try {
            round(scan);
        } catch (RuntimeException e) {
            scan.putOff(false);
        }

        assertThat(scan.isDue()).isTrue();
        round(scan);

        assertThat(scan.isDue()).as("after the round that passed over it").isTrue();
    }

    @Test
    void theLongerNothingHappensTheSeldomerItLists() {
        assertThat(nextAfter(Duration.ZERO)).isEqualTo(TICK);
        assertThat(nextAfter(Duration.ofSeconds(1))).isEqualTo(TICK);
        assertThat(nextAfter(Duration.ofSeconds(8))).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(3));
        assertThat(nextAfter(Duration.ofSeconds(20))).isEqualTo(Duration.ofSeconds(5));
        assertThat(nextAfter(Duration.ofDays(9))).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void anAcceptedRequestHurriesTheScansOfItsEndpointAlone() {
        ScanPaces.Pace other = paces.of("other");
        rest(pace);
        rest(other);
        pass(Duration.ofHours(1));
        rest(pace);
        rest(other);
        pass(TICK);

        paces.accepted("e");
        paces.accepted("unknown");

        assertThat(pace.isDue()).isTrue();
        assertThat(other.isDue()).isFalse();
    }

    @Test
    void aScanThatEndedIsHurriedNoMoreAndAnotherOfItsEndpointIs() {
        ScanPaces.Pace second = paces.of("e");
        pass(Duration.ofHours(1));
        rest(pace);
        rest(second);
        pass(TICK);

        pace.close();
        paces.accepted("e");

        assertThat(pace.isDue()).isFalse();
        assertThat(second.isDue()).isTrue();
    }

    @Test
    void whatIsFoundOrResumedIsFollowedSoon() {
        pass(Duration.ofHours(1));
        pace.listed();
        pace.found();
        pace.rest(1);
        pass(TICK);
        assertThat(pace.isDue()).isTrue();

        pass(Duration.ofHours(1));
        rest(pace);
        assertThat(pace.isDue()).isFalse();
        pace.resume();
        assertThat(pace.isDue()).isTrue();
    }

    @Test
    void aRoundThatIsNotOverGoesOnAtOnce() {
        pass(Duration.ofHours(1));
        rest(pace);
        pass(Duration.ofSeconds(5));
        pace.listed();

        assertThat(pace.isDue()).isTrue();
    }

    @Test
    void objectsThatStayCostTwoListingsASecond() throws InterruptedException {
        for (int i = 0; i < 300; i++) {
            s3.put("bucket", "out/" + (1000 + i), "kept");
        }
        BucketScan scan = scan(null);

        run(scan, Duration.ofMinutes(10));

        assertThat(s3.calls()).hasSizeBetween(1_000, 10 * 120 + 100);
    }

    @Test
    void pagesWithoutAnythingNewAreListedTwiceASecondAtMost() {
        walk(100, 0);
        pass(Duration.ofMillis(49_999));
        paces.accepted("e");
        assertThat(pace.isDue()).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(pace.isDue()).isTrue();

        walk(100, 1);
        pass(Duration.ofMillis(49_499));
        assertThat(pace.isDue()).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(pace.isDue()).isTrue();

        pace.hurry();
        walk(2, 0);
        pass(Duration.ofMillis(999));
        assertThat(pace.isDue()).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(pace.isDue()).isTrue();
    }

    @Test
    void pagesThatAllHaveSomethingNewAreFollowedSoon() {
        walk(100, 100);
        pass(TICK);
        assertThat(pace.isDue()).isTrue();
    }

    private void walk(int pages, int found) {
        for (int i = 0; i < pages; i++) {
            pace.listed();
            if (i < found) {
                pace.found();
            }
        }
        pace.rest(1);
    }

    private static void rest(ScanPaces.Pace pace) {
        pace.listed();
        pace.rest(1);
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    /** How long after a listing the next one is due, so long after something happened. */
    private Duration nextAfter(Duration idle) {
        pace.hurry();
        pass(idle);
        rest(pace);
        Duration passed = Duration.ZERO;
        do {
            pass(TICK);
            passed = passed.plus(TICK);
        } while (!pace.isDue());
        return passed;
    }

    /** As a consumer at Camel's default delay does, to which nothing is new. */
    private void run(BucketScan scan, Duration time) throws InterruptedException {
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(TICK)) {
            pass(TICK);
            if (scan.isDue()) {
                try {
                    round(scan);
                } catch (RuntimeException e) {
                    scan.putOff(true);
                }
            }
        }
    }

    private static void round(BucketScan scan) throws InterruptedException {
        scan.goOn(Integer.MAX_VALUE, event -> false, () -> true, List::size);
    }

    private long listings(String place) {
        return new ArrayList<>(s3.calls())
                .stream()
                        .filter(call -> call.startsWith("ListObjectsV2 " + place))
                        .count();
    }

    private BucketScan scan(String failures) {
        ResultObserver observer = ResultObserver.none();
        return new BucketScan(
                new PlacePolicy(
                        "e",
                        new S3Prefix("bucket", "out/"),
                        failures == null ? null : S3Prefix.parse("failureLocation", failures)),
                observer,
                null,
                null,
                new ObjectCleanUp(
                        s3,
                        null,
                        new ObjectRetries(ObjectRetries.CAPACITY, now::get, observer),
                        new StagedInputs(),
                        null,
                        observer,
                        null,
                        true),
                pace);
    }
}
