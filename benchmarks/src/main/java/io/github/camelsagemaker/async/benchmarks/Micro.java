package io.github.camelsagemaker.async.benchmarks;

import io.github.camelsagemaker.async.benchmarks.measure.Spread;
import io.github.camelsagemaker.async.benchmarks.micro.ComponentBenchmark;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the JMH benchmarks. */
final class Micro {

    private Micro() {}

    /** Microseconds by benchmark. */
    static Map<String, Spread> run(Scale scale) throws RunnerException {
        ChainedOptionsBuilder options =
                new OptionsBuilder().include(ComponentBenchmark.class.getName()).verbosity(VerboseMode.SILENT);
        if (scale.warmUps() == 0) {
            TimeValue shortest = TimeValue.milliseconds(scale.roundMillis());
            options.forks(0).warmupIterations(0).measurementIterations(1).measurementTime(shortest);
        }
        Map<String, Spread> spreads = new TreeMap<>();
        for (RunResult result : new Runner(options.build()).run()) {
            double[] micros = result.getBenchmarkResults().iterator().next().getIterationResults().stream()
                    .map(IterationResult::getPrimaryResult)
                    .mapToDouble(primary -> primary.getScore())
                    .toArray();
            spreads.put(result.getPrimaryResult().getLabel(), Spread.of(micros));
        }
        return new LinkedHashMap<>(spreads);
    }
}
