package io.github.camelsagemaker.async.benchmarks.report;

import io.github.camelsagemaker.async.benchmarks.measure.Comparison;
import io.github.camelsagemaker.async.benchmarks.measure.Profile;
import io.github.camelsagemaker.async.benchmarks.measure.Sample;
import io.github.camelsagemaker.async.benchmarks.measure.Series;
import io.github.camelsagemaker.async.benchmarks.measure.Spread;
import io.github.camelsagemaker.async.benchmarks.scenario.LargePayload;
import io.github.camelsagemaker.async.benchmarks.scenario.Names;
import io.github.camelsagemaker.async.benchmarks.scenario.Waits;
import io.github.camelsagemaker.async.benchmarks.scenario.Ways;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** All that one run measured, in the order of the page. Filled by one thread. */
public final class Results {

    /** What is profiled, after the name of who does it and a comma. */
    public static final String PRODUCER = "producer";

    public static final String CONSUMER = "consumer by notification";

    public final Map<String, Spread> ceilings = new LinkedHashMap<>();
    public final List<Comparison> producers = new ArrayList<>();
    public final List<Comparison> queues = new ArrayList<>();
    public final List<Comparison> scans = new ArrayList<>();
    public final Map<String, Spread> landings = new LinkedHashMap<>();
    public final List<Waits.Outcome> waits = new ArrayList<>();
    public final List<LargePayload.Outcome> largePayloads = new ArrayList<>();
    public final List<Ways.Outcome> ways = new ArrayList<>();
    public final Map<String, Profile> profiles = new LinkedHashMap<>();
    public final Map<String, Spread> micro = new LinkedHashMap<>();

    /** The goals, as far as what they are about was measured. */
    public List<Goal> goals() {
        List<Goal> goals = new ArrayList<>();
        for (Comparison contest : producers) {
            if (contest.title().endsWith(" in the call, 64 at once")) {
                goals.addAll(goals(contest));
            }
        }
        if (!queues.isEmpty()) {
            Comparison contest = queues.get(0);
            goals.add(new Goal(
                    contest.title() + ": throughput, of the AWS SDK's",
                    0.90,
                    true,
                    ratio(contest, Names.SDK, Sample::perSecond),
                    CONSUMER));
        }
        return goals;
    }

    private static List<Goal> goals(Comparison contest) {
        return List.of(
                new Goal(
                        contest.title() + ": throughput, of the AWS SDK's",
                        0.95,
                        true,
                        ratio(contest, Names.SDK, Sample::perSecond),
                        PRODUCER),
                new Goal(
                        contest.title() + ": CPU for each request, of the AWS SDK's",
                        1.10,
                        false,
                        ratio(contest, Names.SDK, Sample::cpuMicros),
                        PRODUCER),
                new Goal(
                        contest.title() + ": allocation for each request, of the AWS SDK's",
                        1.15,
                        false,
                        ratio(contest, Names.SDK, Sample::allocatedBytes),
                        PRODUCER),
                new Goal(
                        contest.title() + ": throughput, of the upload-first route's",
                        1.8,
                        true,
                        ratio(contest, Names.UPLOAD_FIRST, Sample::perSecond),
                        PRODUCER));
    }

    private static Spread ratio(Comparison contest, String other, ToDoubleFunction<Sample> value) {
        Series component = contest.series(Names.COMPONENT);
        return component.ratio(contest.series(other), value);
    }
}
