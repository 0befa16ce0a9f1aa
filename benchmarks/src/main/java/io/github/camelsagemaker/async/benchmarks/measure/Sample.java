package io.github.camelsagemaker.async.benchmarks.measure;

/**
 * One round of one contestant.
 *
 * @param operations how much was done
 * @param usage what it took
 */
public record Sample(long operations, Usage usage) {

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
