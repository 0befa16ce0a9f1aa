package io.github.camelsagemaker.async.internal.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.error.ResultGoneException;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PatientResultReaderTest {

    private static final S3Location OBJECT = S3Location.parse("s3://bucket/out/a");
    private static final Instant NOW = Instant.parse("2026-01-25T22:46:00Z");

    private final AtomicInteger reads = new AtomicInteger();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final PatientResultReader reader = new PatientResultReader(
            object -> reads.incrementAndGet() < 3
                    ? CompletableFuture.failedFuture(new ResultGoneException(object.uri(), null))
                    : CompletableFuture.completedFuture(InferenceResult.NOTHING),
            timer,
            List.of(1L, 1L, 1L),
            Clock.fixed(NOW, ZoneOffset.UTC));

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void whatLandedJustNowIsWaitedFor() {
        assertThat(reader.read(OBJECT, NOW.minusSeconds(60))).succeedsWithin(Duration.ofSeconds(30));
        assertThat(reads).hasValue(3);
    }

    @Test
    void whatLandedAtAnUnknownTimeIsWaitedFor() {
        assertThat(reader.read(OBJECT, null)).succeedsWithin(Duration.ofSeconds(30));
    }

    @Test
    void whatLandedByAClockThatIsAheadIsWaitedFor() {
        assertThat(reader.read(OBJECT, NOW.plusSeconds(240))).succeedsWithin(Duration.ofSeconds(30));
    }

    @Test
    void whatLandedLongAgoIsReadOnce() {
        assertThat(reader.read(OBJECT, NOW.minusSeconds(3_600))).isCompletedExceptionally();
        assertThat(reads).hasValue(1);
    }
}
