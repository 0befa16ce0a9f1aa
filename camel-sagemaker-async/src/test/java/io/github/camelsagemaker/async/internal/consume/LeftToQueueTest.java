package io.github.camelsagemaker.async.internal.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.internal.result.Landing;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.tracking.SettableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LeftToQueueTest {

    private final SettableClock clock = new SettableClock(Instant.parse("2026-01-25T22:46:00Z"));
    private final LeftToQueue left = new LeftToQueue(clock);
    private final Landing landing = landing(clock.instant().minusSeconds(60));

    private static Landing landing(Instant landedAt) {
        return Landing.of(InferenceStatus.COMPLETED, "model", landing -> {
            landing.object = S3Location.parse("s3://bucket/out/a");
            landing.eventTime = landedAt;
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
        clock.advance(Duration.ofMinutes(1));

        assertThat(left.contains(landing(clock.instant()), 0)).isFalse();
    }

    @Test
    void whatWasFoundIsTriedAsOftenAsTheQueueWould() {
        left.found(landing, LandingOutcome.FAILED);
        left.found(landing, LandingOutcome.FAILED);
        assertThat(left.contains(landing, 3)).isFalse();

        left.found(landing, LandingOutcome.FAILED);
        assertThat(left.contains(landing, 3)).isTrue();
        assertThat(left.contains(landing, 0)).isFalse();
    }
}
