package io.github.camelsagemaker.async.benchmarks.measure;

import java.util.ArrayList;
import java.util.List;

/**
 * What results cost at one size of something that may grow.
 *
 * @param size how large it was
 * @param samples rounds that handled results
 * @param heapBytes of each round, while there was work, without garbage, more than before the consumers were there
 * @param requests of each round, to AWS, for each result
 */
public record Cost(long size, List<Sample> samples, List<Double> heapBytes, List<Double> requests) {

    /** What is taken for noise, and for what a round that is over in no time costs more. */
    private static final double MARGIN = 1.5;

    private static final double HEAP_MARGIN_BYTES = 16 << 20;

    public double perSecond() {
        return Spread.of(samples, Sample::perSecond).median();
    }

    public double cpuMicros() {
        return Spread.of(samples, Sample::cpuMicros).median();
    }

    public double heap() {
        return Spread.of(heapBytes, Double::doubleValue).median();
    }

    public double requestsEach() {
        return Spread.of(requests, Double::doubleValue).median();
    }

    /**
     * What grew faster than the work since the smallest size: for the same number of results more time, CPU or requests.
     *
     * @param heapMayFollow whether heap may grow as the size does; else it should stay as it was
     */
    public List<String> fasterThanTheWork(Cost smallest, boolean heapMayFollow) {
        List<String> faster = new ArrayList<>();
        if (perSecond() * MARGIN < smallest.perSecond()) {
            faster.add("time");
        }
        if (cpuMicros() > smallest.cpuMicros() * MARGIN) {
            faster.add("CPU");
        }
        double allowed = Math.max(0, smallest.heap()) * (heapMayFollow ? (double) size / smallest.size : 1);
        if (heap() > allowed * MARGIN + HEAP_MARGIN_BYTES) {
            faster.add("heap");
        }
        if (requestsEach() > smallest.requestsEach() * MARGIN) {
            faster.add("requests");
        }
        return faster;
    }
}
