package io.github.camelsagemaker.async.benchmarks.measure;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The rounds of one contestant.
 *
 * @param name the contestant's
 * @param samples round by round
 */
public record Series(String name, List<Sample> samples) {

    /** The spread of a value of the rounds. */
    public Spread spread(ToDoubleFunction<Sample> value) {
        return Spread.of(samples, value);
    }

    /** The spread of the value's ratios to the other's in the same round. */
    public Spread ratio(Series other, ToDoubleFunction<Sample> value) {
        return Spread.of(IntStream.range(0, samples.size())
                .mapToDouble(i -> value.applyAsDouble(samples.get(i)) / value.applyAsDouble(other.samples.get(i)))
                .toArray());
    }
}
