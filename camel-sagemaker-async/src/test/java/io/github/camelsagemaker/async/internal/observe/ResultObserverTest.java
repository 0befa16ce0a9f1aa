package io.github.camelsagemaker.async.internal.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.internal.observe.ResultObserver.Ending;
import io.github.camelsagemaker.async.tracking.SettableClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultObserverTest {

    private static final Instant BEGUN = Instant.parse("2026-08-03T12:00:00Z");

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final ResultObserver observer =
            new ResultObserver(new MicrometerMeters(registry, Tags.empty()), "endpoint", Clock.systemUTC());

    @ParameterizedTest
    @ValueSource(strings = {"-1000000000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "2016-08-01T00:00:00Z"})
    void aTimeThatNobodyBelievesIsNotMeasured(String landed) {
        observer.settled(InferenceStatus.COMPLETED, Instant.MIN, Instant.parse(landed), BEGUN);

        assertThat(delay().count()).isZero();
    }

    @Test
    void aTimeOfTenYearsIsMeasured() {
        observer.settled(InferenceStatus.COMPLETED, null, BEGUN.minus(Duration.ofDays(3_650)), BEGUN);

        assertThat(delay().totalTime(TimeUnit.DAYS)).isEqualTo(3_650);
    }

    @Test
    void aTimeInTheFutureCountsAsNone() {
        observer.settled(InferenceStatus.COMPLETED, BEGUN, Instant.MAX, BEGUN);

        assertThat(delay().count()).isOne();
        assertThat(delay().totalTime(TimeUnit.NANOSECONDS)).isZero();
    }

    @Test
    void whatAnotherNodeHasIsCountedOnceAndNamedAfterAWhile() {
        SettableClock clock = new SettableClock(BEGUN);
        ResultObserver watching = new ResultObserver(new MicrometerMeters(registry, Tags.empty()), "endpoint", clock);
        for (int minute = 0; minute <= 15; minute++) {
            watching.asked("s3://bucket/out/a", true);
            watching.asked("s3://bucket/out/b", minute < 5);
            clock.advance(Duration.ofMinutes(1));
        }

        assertThat(watching.counted(Ending.HELD_ELSEWHERE)).isEqualTo(2);
        assertThat(watching.health().remarks.get())
                .isEqualTo(Map.of("held.elsewhere", 1, "held.elsewhere.first", "s3://bucket/out/a"));
        assertThat(watching.health().failures()).isEmpty();

        // Handled by that node, and never asked for again.
        clock.advance(Duration.ofMinutes(30));
        assertThat(watching.health().remarks.get()).isEmpty();
    }

    private Timer delay() {
        return registry.get(Metric.DELIVERY_DELAY.meterName()).timer();
    }
}
