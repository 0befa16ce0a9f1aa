package io.github.camelsagemaker.async.internal.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.consume.ObjectRetries.Step;
import io.github.camelsagemaker.async.internal.observe.CallHealth.CallFailure;
import io.github.camelsagemaker.async.internal.observe.ResultObserver;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.s3.model.S3Exception;

class ObjectRetriesTest {

    private static final RuntimeException DENIED = answered(403, "AccessDenied");
    private static final Exception UNANSWERED = new IOException("reset");

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // nanoTime may overflow
    private final ResultObserver observer = ResultObserver.none();
    private final ObjectRetries retries = new ObjectRetries(3, now::get, observer);

    @Test
    void whatNothingIsKnownOfIsEmitted() {
        assertThat(retries.next(object("a"))).isEqualTo(Step.EMIT);
    }

    @Test
    void whatCouldNotBeReadWaitsForLongerEachTime() {
        List<Long> waits = waits(() -> retries.putOff(object("a"), UNANSWERED, false), Step.EMIT, 6);

        assertThat(waits).containsExactly(2L, 4L, 8L, 16L, 30L, 30L);
    }

    @Test
    void whatARepositoryCouldNotTellOfIsTriedAgainAllTheTime() {
        List<Long> waits = waits(() -> retries.putOff(object("a"), UNANSWERED, true), Step.EMIT, 4);

        assertThat(waits).containsExactly(2L, 4L, 4L, 4L);
    }

    @Test
    void whatS3RefusesIsNotTriedAgainSoonAndThenWaitsForMinutes() {
        List<Long> waits = waits(() -> retries.ended(object("a"), Step.CLEAR_UP, DENIED), Step.CLEAR_UP, 7);

        assertThat(waits).containsExactly(10L, 20L, 40L, 80L, 160L, 300L, 300L);
    }

    @Test
    void aRefusalThatIsNotS3sWordIsTriedAgainSoon() {
        List<Long> waits =
                waits(() -> retries.ended(object("a"), Step.CLEAR_UP, answered(403, null)), Step.CLEAR_UP, 6);

        assertThat(waits).containsExactly(2L, 4L, 8L, 16L, 30L, 30L);
    }

    @Test
    void aNewVersionStartsAnew() {
        retries.putOff(object("a"), UNANSWERED, false);

        assertThat(retries.next(new StoredObject(object("a").location(), "\"2\"", null, 1L)))
                .isEqualTo(Step.EMIT);
        assertThat(retries.next(new StoredObject(object("a").location(), "1", null, 1L)))
                .isEqualTo(Step.WAIT);
    }

    @Test
    void theSameContentWrittenAgainUnderANameThatIsStillToBeClearedUpIsANewResult() {
        Instant written = Instant.parse("2026-03-01T10:00:00.900Z");
        S3Location place = object("a").location();
        retries.ended(new StoredObject(place, "1", written, 1L), Step.CLEAR_UP, new IOException("refused"));

        assertThat(retries.next(new StoredObject(place, "1", written.plusMillis(99), 1L)))
                .isEqualTo(Step.WAIT);
        assertThat(retries.next(new StoredObject(place, "1", written.plusMillis(100), 1L)))
                .isEqualTo(Step.EMIT);
    }

    @Test
    void whatIsDeletedWhileAPageIsListedIsNotTakenFromThatPage() {
        retries.listing();
        retries.ended(object("a"), Step.CLEAR_UP, null);
        assertThat(retries.next(object("a"))).isEqualTo(Step.WAIT);

        retries.listing();
        assertThat(retries.next(object("a"))).isEqualTo(Step.EMIT);
    }

    @Test
    void nothingNewIsTakenWhileTooManyDeliveredResultsCannotBeDeleted() {
        IntStream.range(0, 3).forEach(i -> retries.ended(object("a" + i), Step.CLEAR_UP, DENIED));
        assertThat(retries.isFull()).isTrue();
        retries.ended(object("was in the route"), Step.CLEAR_UP, DENIED);
        now.addAndGet(Duration.ofMinutes(5).toNanos());
        assertThat(retries.next(object("was in the route"))).isEqualTo(Step.CLEAR_UP);

        retries.ended(object("a0"), Step.CLEAR_UP, null);
        retries.ended(object("a1"), Step.CLEAR_UP, null);

        assertThat(retries.isFull()).isFalse();
    }

    @Test
    void failingResultsTakeNoRoomFromDeliveredOnes() {
        IntStream.range(0, 5).forEach(i -> retries.exchangeFailed(object("bad" + i)));

        retries.ended(object("a"), Step.CLEAR_UP, DENIED);

        assertThat(retries.isFull()).isFalse();
        assertThat(retries.next(object("a"))).isEqualTo(Step.WAIT);
    }

    @Test
    void moreFailingObjectsThanThereIsRoomForAreAllCountedInTheEnd() {
        Set<String> failing = new HashSet<>();
        IntStream.range(0, 20).forEach(i -> failing.add("bad" + i));

        int rounds = 0;
        while (!failing.isEmpty() && rounds++ < 1000) {
            for (String key : List.copyOf(failing)) {
                int attempts = retries.exchangeFailed(object(key));
                assertThat(attempts).isLessThanOrEqualTo(3);
                if (attempts == 3) {
                    retries.ended(object(key), Step.MOVE_AWAY, null);
                    failing.remove(key);
                }
            }
        }

        assertThat(failing).isEmpty();
    }

    @Test
    void whatAListingDoesNotFindIsForgotten() {
        retries.ended(object("gone"), Step.CLEAR_UP, DENIED);
        now.incrementAndGet();
        long began = retries.listing();
        retries.ended(object("failed meanwhile"), Step.CLEAR_UP, DENIED);

        retries.listed(new S3Prefix("bucket", "out/"), began);

        assertThat(retries.next(object("gone"))).isEqualTo(Step.EMIT);
        assertThat(retries.next(object("failed meanwhile"))).isEqualTo(Step.WAIT);
    }

    @Test
    void healthTellsWhatCannotBeDeletedUntilNothingIsLeft() {
        retries.ended(object("a"), Step.CLEAR_UP, UNANSWERED);
        assertThat(observer.health().failures()).isEmpty(); // may be a lost answer
        retries.ended(object("a"), Step.CLEAR_UP, UNANSWERED);
        retries.ended(object("b"), Step.CLEAR_UP, null);
        assertThat(observer.health().failures())
                .singleElement()
                .extracting(CallFailure::target)
                .asString()
                .contains("deleteAfterRead");

        retries.ended(object("a"), Step.CLEAR_UP, null);

        assertThat(observer.health().failures()).isEmpty();
    }

    @Test
    void whatIsUnderWayIsNotBegunAgain() {
        retries.ended(object("a"), Step.CLEAR_UP, DENIED);
        now.addAndGet(Duration.ofMinutes(10).toNanos());

        assertThat(retries.begin(object("a"))).isEqualTo(Step.CLEAR_UP);
        assertThat(retries.next(object("a"))).isEqualTo(Step.WAIT);
        retries.ended(object("a"), Step.CLEAR_UP, null);

        assertThat(retries.next(object("a"))).isNotEqualTo(Step.CLEAR_UP);
    }

    @Test
    void healthTellsAtOnceWhatS3Refuses() {
        retries.ended(object("a"), Step.CLEAR_UP, DENIED);

        assertThat(observer.health().failures()).hasSize(1);
    }

    private static RuntimeException answered(int status, String code) {
        return AwsErrors.translate(
                "DeleteObject",
                "'s3://bucket/out/a'",
                S3Exception.builder()
                        .statusCode(status)
                        .message("no")
                        .awsErrorDetails(
                                AwsErrorDetails.builder().errorCode(code).build())
                        .build());
    }

    private List<Long> waits(Runnable failure, Step then, int times) {
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            failure.run();
            long seconds = 0;
            while (retries.next(object("a")) == Step.WAIT) {
                now.addAndGet(Duration.ofSeconds(1).toNanos());
                seconds++;
            }
            assertThat(retries.next(object("a"))).isEqualTo(then);
            waits.add(seconds);
        }
        return waits;
    }

    private static StoredObject object(String key) {
        return new StoredObject(S3Location.parse("s3://bucket/out/" + key.replace(" ", "-")), "\"1\"", null, 1L);
    }
}
