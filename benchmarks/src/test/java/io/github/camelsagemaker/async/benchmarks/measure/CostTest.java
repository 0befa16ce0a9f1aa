package io.github.camelsagemaker.async.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CostTest {

    private static final double MIB = 1 << 20;
    private static final Cost SMALLEST = cost(1, 1_500_000_000, 100, 20 * MIB, 1.0);

    @Test
    void whatStaysWithinOneAndAHalfTimesIsNoFault() {
        Cost cost = cost(10, 2_250_000_000L, 150, 46 * MIB, 1.5);

        assertThat(cost.fasterThanTheWork(SMALLEST, false)).isEmpty();
    }

    @Test
    void whatIsAboveIsNamed() {
        Cost cost = cost(10, 2_250_000_100L, 151, 46 * MIB + 1, 1.51);

        assertThat(cost.fasterThanTheWork(SMALLEST, false)).containsExactly("time", "CPU", "heap", "requests");
    }

    @Test
    void heapMayFollowWhatItIsThereFor() {
        assertThat(cost(10, 1_500_000_000, 100, 316 * MIB, 1).fasterThanTheWork(SMALLEST, true))
                .isEmpty();
        assertThat(cost(10, 1_500_000_000, 100, 317 * MIB, 1).fasterThanTheWork(SMALLEST, true))
                .containsExactly("heap");
    }

    @Test
    void theSmallestSizeIsNoFault() {
        assertThat(SMALLEST.fasterThanTheWork(SMALLEST, false)).isEmpty();
    }

    private static Cost cost(long size, long nanos, long cpuMicros, double heap, double requests) {
        Sample sample = new Sample(1, new Usage(nanos, cpuMicros * 1_000, 0));
        return new Cost(size, List.of(sample), List.of(heap), List.of(requests));
    }
}
