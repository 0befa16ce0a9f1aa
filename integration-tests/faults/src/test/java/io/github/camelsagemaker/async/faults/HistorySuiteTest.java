package io.github.camelsagemaker.async.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Every request that is awaited or tracked has exactly one end, whoever is asked: its caller, a route, the servers. See {@link Seeds};
 * the log is target/histories.log.
 */
class HistorySuiteTest {

    private final Map<String, Integer> ends = new TreeMap<>();
    private int seeds;

    @Test
    void everyRequestHasExactlyOneEndInEveryHistory() throws Exception {
        long start = System.nanoTime();
        List<String> violations = Seeds.tryAll("target/histories.log", (aws, seed, log) -> {
            HistoryTrial trial = new HistoryTrial(aws, seed);
            List<String> found = Seeds.run(trial, seed, log);
            count(trial.ends());
            return found;
        });

        System.out.printf(
                "%d histories, ends %s, %d violations, %d s%n",
                seeds,
                ends,
                violations.size(),
                Duration.ofNanos(System.nanoTime() - start).toSeconds());
        assertThat(violations).isEmpty();
    }

    private synchronized void count(List<String> found) {
        seeds++;
        found.forEach(end -> ends.merge(end, 1, Integer::sum));
    }
}
