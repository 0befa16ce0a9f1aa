package io.github.camelsagemaker.async.benchmarks.measure;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The middle of some values, and where the middle half of them lies. */
public record Spread(double lower, double median, double upper) {

    public static Spread of(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Spread(quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75));
    }

    public static <T> Spread of(List<T> values, ToDoubleFunction<T> value) {
        return of(values.stream().mapToDouble(value).toArray());
    }

    /** Interpolated between neighbours. */
    private static double quantile(double[] sorted, double part) {
        double position = part * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
