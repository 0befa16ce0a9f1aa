package io.github.camelsagemaker.async.benchmarks.measure;

/**
 * What this JVM used in a time: all of it, garbage collector and compiler included.
 *
 * @param nanos how long it was
 * @param cpuNanos CPU time of the process
 * @param allocatedBytes bytes that live threads allocated on the heap
 */
public record Usage(long nanos, long cpuNanos, long allocatedBytes) {

    public Usage plus(Usage other) {
        return new Usage(nanos + other.nanos, cpuNanos + other.cpuNanos, allocatedBytes + other.allocatedBytes);
    }
}
