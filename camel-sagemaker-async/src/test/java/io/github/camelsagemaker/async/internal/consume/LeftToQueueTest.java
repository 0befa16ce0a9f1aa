package io.github.camelsagemaker.async.internal.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.internal.result.Landing;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeftToQueueTest {

    private static final Instant TOLD = Instant.parse("2026-01-25T22:46:00Z");

    private final AtomicLong seconds = new AtomicLong();
    private final LeftToQueue left = new LeftToQueue();
    private final Landing landing = ofAge(60);

    @BeforeEach
    void setTime() {
        left.nanoTime = () -> TimeUnit.SECONDS.toNanos(seconds.get());
    }

    private static Landing ofAge(int age) {
        return Landing.of(InferenceStatus.COMPLETED, "model", landing -> {
            landing.object = S3Location.parse("s3://bucket/out/a");
            landing.eventTime = TOLD.minusSeconds(age);
            landing.toldAt = TOLD;
        });
    }

    @Test
    void whatTheQueueDeliveredInVainIsLeftToItUntilItIsHandled() {
        left.delivered(landing, LandingOutcome.FAILED);
        assertThat(left.contains(landing, 0)).isTrue();
        left.delivered(landing, LandingOutcome.IN_PROGRESS);
        assertThat(left.contains(landing, 0)).isTrue();

        left.delivered(landing, LandingOutcome.SETTLED);
        assertThat(left.contains(landing, 0)).isFalse();
    }

    @Test
    void whatLandsInItsPlaceAfterwardsIsAnotherResult() {
        left.delivered(landing, LandingOutcome.FAILED);

        seconds.addAndGet(60);

        assertThat(left.contains(ofAge(58), 0)).isFalse();
        assertThat(left.contains(ofAge(59), 0)).isTrue();
        assertThat(left.contains(ofAge(120), 0)).isTrue();
    }

    @Test
    void whatWasFoundIsTriedAsOftenAsTheQueueWould() {
        left.found(landing, LandingOutcome.FAILED, 3);
        left.found(landing, LandingOutcome.FAILED, 3);
        assertThat(left.contains(landing, 3)).isFalse();

        left.found(landing, LandingOutcome.FAILED, 3);
        assertThat(left.contains(landing, 3)).isTrue();
        assertThat(left.contains(landing, 0)).isFalse();
    }

    @Test
    void itIsLoggedOnceThatAResultIsGivenUp() {
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            left.found(landing, LandingOutcome.FAILED, 2);
            assertThat(log.toString(StandardCharsets.UTF_8)).isEmpty();
            left.found(landing, LandingOutcome.FAILED, 2);
        } finally {
            System.setErr(before);
        }

        assertThat(log.toString(StandardCharsets.UTF_8)).containsOnlyOnce("s3://bucket/out/a is given up");
    }
}
