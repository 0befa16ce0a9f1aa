package io.github.camelsagemaker.async.benchmarks.measure;

import java.util.List;

/**
 * One round of one contestant.
 *
 * @param operations how much was done
 * @param usage what it took
 */
public record Sample(long operations, Usage usage) {

    /** What took these times, one after the other, as one thing that took their median. */
    public static Sample ofMedian(List<Long> nanos) {
        return new Sample(
                1, new Usage(Math.round(Spread.of(nanos, Long::doubleValue).median()), 0, 0));
    }

    public double millis() {
        return usage.nanos() / 1e6 / operations;
    }

    public double perSecond() {
        return operations * 1e9 / usage.nanos();
    }

    public double cpuMicros() {
        return usage.cpuNanos() / 1e3 / operations;
    }

    public double allocatedBytes() {
        return (double) usage.allocatedBytes() / operations;
    }
}
