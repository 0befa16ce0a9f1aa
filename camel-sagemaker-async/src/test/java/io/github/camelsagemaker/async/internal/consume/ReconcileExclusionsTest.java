package io.github.camelsagemaker.async.internal.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.internal.result.ResultEvent;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReconcileExclusionsTest {

    private static final Instant TOLD = Instant.parse("2026-01-25T22:46:00Z");

    private final AtomicLong seconds = new AtomicLong();
    private final ReconcileExclusions all = new ReconcileExclusions();
    private int maxReceiveCount;
    private final ReconcileExclusions.OfQueue left = new ReconcileExclusions.OfQueue(all, () -> maxReceiveCount);
    private final ResultEvent event = ofAge(60);
    private final ResultEvent found = ofAge(60, true);

    @BeforeEach
    void setTime() {
        all.nanoTime = () -> TimeUnit.SECONDS.toNanos(seconds.get());
    }

    private static ResultEvent ofAge(int age) {
        return ofAge(age, false);
    }

    private static ResultEvent ofAge(int age, boolean isListed) {
        return ResultEvent.of(InferenceStatus.COMPLETED, "model", event -> {
            event.object = S3Location.parse("s3://bucket/out/a");
            event.eventTime = TOLD.minusSeconds(age);
            event.discoveredAt = TOLD;
            event.isListed = isListed;
        });
    }

    @Test
    void whatTheQueueDeliveredInVainIsLeftToItUntilItIsHandled() {
        left.ended(event, ResultOutcome.FAILED);
        assertThat(left.contains(event)).isTrue();
        left.ended(event, ResultOutcome.IN_PROGRESS);
        left.ended(event, ResultOutcome.POSTPONED);
        assertThat(left.contains(event)).isTrue();

        left.ended(event, ResultOutcome.SETTLED);
        assertThat(left.contains(event)).isFalse();
    }

    @Test
    void whatNoRouteHasSeenIsNotLeftToTheQueue() {
        left.ended(event, ResultOutcome.POSTPONED);

        assertThat(left.contains(event)).isFalse();
    }

    @Test
    void whatLandsInItsPlaceAfterwardsIsAnotherResult() {
        left.ended(event, ResultOutcome.FAILED);

        seconds.addAndGet(60);

        assertThat(left.contains(ofAge(58))).isFalse();
        assertThat(left.contains(ofAge(59))).isTrue();
        assertThat(left.contains(ofAge(120))).isTrue();
    }

    @Test
    void whatWasFoundIsTriedAsOftenAsTheQueueWould() {
        maxReceiveCount = 3;
        left.ended(found, ResultOutcome.FAILED);
        left.ended(found, ResultOutcome.FAILED);
        assertThat(left.contains(found)).isFalse();

        left.ended(found, ResultOutcome.FAILED);
        assertThat(left.contains(found)).isTrue();
        maxReceiveCount = 0;
        assertThat(left.contains(found)).isFalse();
    }

    @Test
    void itIsLoggedOnceThatAResultIsGivenUp() {
        maxReceiveCount = 2;
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            left.ended(found, ResultOutcome.FAILED);
            assertThat(log.toString(StandardCharsets.UTF_8)).isEmpty();
            left.ended(found, ResultOutcome.FAILED);
        } finally {
            System.setErr(before);
        }

        assertThat(log.toString(StandardCharsets.UTF_8)).containsOnlyOnce("s3://bucket/out/a is given up");
    }
}
