package io.github.camelsagemaker.async.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.benchmarks.measure.Spread;
import org.junit.jupiter.api.Test;

class PlotTest {

    @Test
    void noLineReachesBelowZero() {
        assertThat(Plot.reach(new Spread(0, 0.1, 0.5))).isEqualTo(0.1);
        assertThat(Plot.reach(new Spread(0.8, 1, 1.1))).isEqualTo(0.2, org.assertj.core.data.Offset.offset(1e-9));
        assertThat(Plot.reach(Spread.of(Double.NaN))).isZero();
    }

    @Test
    void labelsAreShort() {
        assertThat(Plot.label("1 KiB in the call, 64 at once")).isEqualTo("1 KiB × 64");
        assertThat(Plot.label("1 MiB through S3, 512 at once")).isEqualTo("1 MiB × 512");
        assertThat(Plot.label("10,000 results in the bucket")).isEqualTo("10,000 listed");
    }
}
