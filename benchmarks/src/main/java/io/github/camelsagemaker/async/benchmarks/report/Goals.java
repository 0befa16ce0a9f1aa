package io.github.camelsagemaker.async.benchmarks.report;

import io.github.camelsagemaker.async.benchmarks.measure.Comparison;
import io.github.camelsagemaker.async.benchmarks.measure.Sample;
import io.github.camelsagemaker.async.benchmarks.measure.Spread;
import io.github.camelsagemaker.async.benchmarks.scenario.Names;
import io.github.camelsagemaker.async.benchmarks.scenario.Waits;
import io.github.camelsagemaker.async.benchmarks.scenario.Ways;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** The goals, as far as what they are about was measured. */
final class Goals {

    private static final String OF_SDK = ", of the AWS SDK's";

    private final Results results;
    private final List<Goal> goals = new ArrayList<>();

    private Goals(Results results) {
        this.results = results;
    }

    static List<Goal> of(Results results) {
        Goals goals = new Goals(results);
        goals.producers();
        goals.consumers();
        goals.landings();
        goals.requests();
        goals.waits();
        if (results.idleListings != null) {
            goals.add(Goal.atMost(
                    "an idle scanning route at default settings: listings of each place in a month",
                    600_000,
                    results.idleListings,
                    null));
        }
        return goals.goals;
    }

    private void add(Goal goal) {
        goals.add(goal);
    }

    private void producers() {
        for (Comparison contest : results.producers) {
            String title = contest.title();
            if (title.endsWith(" in the call, 64 at once")) {
                throughput(contest, Names.COMPONENT, 0.97, Results.PRODUCER);
                add(Goal.atMost(
                        title + ": CPU for each request" + OF_SDK,
                        1.05,
                        ratio(contest, Names.COMPONENT, Names.SDK, Sample::cpuMicros),
                        Results.PRODUCER));
                add(Goal.atMost(
                        title + ": allocation for each request" + OF_SDK,
                        1.15,
                        ratio(contest, Names.COMPONENT, Names.SDK, Sample::allocatedBytes),
                        Results.PRODUCER));
                add(Goal.atLeast(
                        title + ": throughput, of the upload-first route's",
                        1.8,
                        ratio(contest, Names.COMPONENT, Names.UPLOAD_FIRST, Sample::perSecond),
                        Results.PRODUCER));
                throughput(contest, Names.ROUTE, 0.95, Results.PRODUCER);
            } else if (title.equals("1 KiB in the call, 1 at once")) {
                throughput(contest, Names.COMPONENT, 0.95, Results.PRODUCER);
            } else if (title.equals("1 MiB through S3, 64 at once")) {
                throughput(contest, Names.COMPONENT, 0.97, Results.PRODUCER);
            }
        }
    }

    private void consumers() {
        for (Comparison contest : results.queues) {
            if (contest.title().equals(Results.IN_NOTIFICATION)) {
                beside(contest, "throughput", 0.90, true, Sample::perSecond);
                beside(contest, "CPU for each result", 1.25, false, Sample::cpuMicros);
                beside(contest, "allocation for each result", 1.25, false, Sample::allocatedBytes);
            } else {
                beside(contest, "throughput", 0.97, true, Sample::perSecond);
            }
        }
        results.scans.forEach(contest -> throughput(contest, Names.COMPONENT, 0.95, null));
    }

    private void throughput(Comparison contest, String who, double limit, String profile) {
        add(Goal.atLeast(
                contest.title() + (who.equals(Names.ROUTE) ? ", in a route with one step" : "") + ": throughput"
                        + OF_SDK,
                limit,
                ratio(contest, who, Names.SDK, Sample::perSecond),
                profile));
    }

    private void beside(
            Comparison contest, String what, double limit, boolean atLeast, ToDoubleFunction<Sample> value) {
        add(new Goal(
                contest.title() + ": " + what + OF_SDK,
                limit,
                atLeast,
                ratio(contest, Names.COMPONENT, Names.SDK, value),
                Results.CONSUMER,
                ratio(contest, Names.COMPONENT, Names.CAREFUL, value)));
    }

    private void landings() {
        results.landings.stream()
                .filter(contest -> contest.has(Names.POLLING))
                .forEach(contest -> add(Goal.atMost(
                                contest.title() + ": time from landing to exchange, of aws2-sqs's",
                                1.0,
                                ratio(contest, Names.COMPONENT, Names.POLLING, Sample::millis),
                                null)
                        .besideCareful(ratio(contest, Names.COMPONENT, Names.CAREFUL, Sample::millis))));
    }

    private void requests() {
        for (Ways.Outcome way : results.ways) {
            if (way.name().equals(Ways.AT_ONCE)) {
                add(Goal.atMost("requests for an inference: " + way.name(), 1.25, way.perInference(), null));
            } else if (way.name().equals(Ways.WAITING)) {
                add(Goal.atMost("requests for an inference: " + way.name(), 2.25, way.perInference(), null));
            }
        }
    }

    /** Heap where there were most rounds, threads where most waited. */
    private void waits() {
        mostOf(Comparator.comparingInt(
                                (Waits.Outcome outcome) -> outcome.rounds().size())
                        .thenComparingInt(Waits.Outcome::waiting))
                .ifPresent(outcome -> add(Goal.atMost(
                        "%,d exchanges wait: heap for each beside it and its payload, bytes"
                                .formatted(outcome.waiting()),
                        1024,
                        outcome.besideBytes(),
                        null)));
        mostOf(Comparator.comparingInt(Waits.Outcome::waiting))
                .ifPresent(outcome -> add(Goal.atMost(
                        "%,d exchanges wait: threads more".formatted(outcome.waiting()), 8, outcome.threads(), null)));
    }

    private Optional<Waits.Outcome> mostOf(Comparator<Waits.Outcome> order) {
        return results.waits.stream()
                .filter(outcome -> outcome.name().equals(Names.COMPONENT))
                .max(order);
    }

    private static Spread ratio(Comparison contest, String who, String other, ToDoubleFunction<Sample> value) {
        return contest.series(who).ratio(contest.series(other), value);
    }
}
