package io.github.camelsagemaker.async.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.benchmarks.measure.Comparison;
import io.github.camelsagemaker.async.benchmarks.measure.Sample;
import io.github.camelsagemaker.async.benchmarks.measure.Series;
import io.github.camelsagemaker.async.benchmarks.measure.Spread;
import io.github.camelsagemaker.async.benchmarks.measure.Usage;
import io.github.camelsagemaker.async.benchmarks.scenario.Names;
import io.github.camelsagemaker.async.benchmarks.scenario.Waits;
import io.github.camelsagemaker.async.benchmarks.scenario.Ways;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GoalTest {

    @Test
    void isReachedAtItsLimit() {
        assertThat(Goal.atLeast("", 0.95, Spread.of(0.95), null).isMet()).isTrue();
        assertThat(Goal.atLeast("", 0.95, Spread.of(0.949), null).isMet()).isFalse();
        assertThat(Goal.atMost("", 8, Spread.of(8), null).isMet()).isTrue();
        assertThat(Goal.atMost("", 8, Spread.of(9), null).isMet()).isFalse();
    }

    @Test
    void isMissedByWhatCouldNotBeMeasured() {
        assertThat(Goal.atLeast("", 1, Spread.of(Double.NaN), null).isMet()).isFalse();
        assertThat(Goal.atMost("", 1, Spread.of(Double.NaN), null).isMet()).isFalse();
    }

    @Test
    void aRunHasEveryGoal() {
        Results results = new Results();
        for (String title : List.of(
                "1 KiB in the call, 1 at once", "1 KiB in the call, 64 at once", "1 MiB through S3, 64 at once")) {
            results.producers.add(contest(title, Names.COMPONENT, Names.ROUTE, Names.UPLOAD_FIRST));
        }
        results.queues.add(contest(Results.IN_NOTIFICATION, Names.CAREFUL, Names.COMPONENT));
        results.queues.add(contest(Results.IN_S3, Names.CAREFUL, Names.COMPONENT));
        results.scans.add(contest("1,000 results in the bucket", Names.COMPONENT));
        results.landings.add(contest("by notification", Names.CAREFUL, Names.COMPONENT, Names.POLLING));
        results.landings.add(new Comparison("by scanning", List.of(series(Names.COMPONENT, 1))));
        results.ways.add(new Ways.Outcome(Ways.AT_ONCE, 10, List.of(Map.of("S3 DeleteObjects", 12L))));
        results.ways.add(new Ways.Outcome(Ways.WAITING, 10, List.of(Map.of("S3 GetObject", 23L))));
        results.waits.add(new Waits.Outcome(Names.COMPONENT, 10_000, Collections.nCopies(7, waited(1_000, 9))));
        results.waits.add(new Waits.Outcome(Names.COMPONENT, 100_000, List.of(waited(2_000, 8))));
        results.waits.add(new Waits.Outcome(Names.WAITER, 1_000, List.of(waited(9_000, 2_000))));
        results.idleListings = Spread.of(600_001);

        assertThat(results.goals())
                .extracting(goal -> goal.what() + " " + (goal.isMet() ? "reached" : "missed"))
                .containsExactly(
                        "1 KiB in the call, 1 at once: throughput, of the AWS SDK's missed",
                        "1 KiB in the call, 64 at once: throughput, of the AWS SDK's missed",
                        "1 KiB in the call, 64 at once: CPU for each request, of the AWS SDK's reached",
                        "1 KiB in the call, 64 at once: allocation for each request, of the AWS SDK's reached",
                        "1 KiB in the call, 64 at once: throughput, of the upload-first route's missed",
                        "1 KiB in the call, 64 at once, in a route with one step: throughput, of the AWS SDK's missed",
                        "1 MiB through S3, 64 at once: throughput, of the AWS SDK's missed",
                        "result in the notification: throughput, of the AWS SDK's missed",
                        "result in the notification: CPU for each result, of the AWS SDK's reached",
                        "result in the notification: allocation for each result, of the AWS SDK's reached",
                        "result in S3: throughput, of the AWS SDK's missed",
                        "1,000 results in the bucket: throughput, of the AWS SDK's missed",
                        "by notification: time from landing to exchange, of aws2-sqs's reached",
                        "requests for an inference: " + Ways.AT_ONCE + " reached",
                        "requests for an inference: " + Ways.WAITING + " missed",
                        "10,000 exchanges wait: heap for each beside it and its payload, bytes reached",
                        "100,000 exchanges wait: threads more reached",
                        "an idle scanning route at default settings: listings of each place in a month missed");
        assertThat(results.goals())
                .filteredOn(goal -> goal.what().startsWith(Results.IN_NOTIFICATION))
                .allMatch(goal -> goal.ofCareful() != null);
    }

    /** The AWS SDK does two in the time of one of the others. */
    private static Comparison contest(String title, String... others) {
        List<Series> series = new java.util.ArrayList<>(List.of(series(Names.SDK, 2)));
        for (String other : others) {
            series.add(series(other, 1));
        }
        return new Comparison(title, series);
    }

    private static Series series(String name, int operations) {
        Usage usage = new Usage(1_000_000, operations, operations);
        return new Series(name, List.of(new Sample(operations, usage)));
    }

    private static Waits.Round waited(double beside, int threads) {
        return new Waits.Round(beside + 1_500, beside, List.of(threads), 1, Map.of());
    }
}
