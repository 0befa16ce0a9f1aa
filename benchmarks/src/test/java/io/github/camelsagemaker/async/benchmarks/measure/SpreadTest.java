package io.github.camelsagemaker.async.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {

    @Test
    void theMiddleHalfOfSevenLiesBetweenTheirNeighbours() {
        assertThat(Spread.of(7, 1, 2, 6, 3, 5, 4)).isEqualTo(new Spread(2.5, 4, 5.5));
    }

    @Test
    void oneValueIsAllThereIs() {
        assertThat(Spread.of(3)).isEqualTo(new Spread(3, 3, 3));
    }

    @Test
    void aSampleOfTimesTakesTheirMedian() {
        Sample sample = Sample.ofMedian(List.of(9_000_000L, 1_000_000L, 2_000_000L));

        assertThat(sample.millis()).isEqualTo(2);
    }

    @Test
    void ratiosAreTakenRoundByRound() {
        Series own = new Series("own", List.of(sample(10), sample(30)));
        Series other = new Series("other", List.of(sample(5), sample(60)));

        assertThat(own.ratio(other, Sample::operations)).isEqualTo(Spread.of(2, 0.5));
    }

    private static Sample sample(long operations) {
        return new Sample(operations, new Usage(1, 1, 1));
    }
}
