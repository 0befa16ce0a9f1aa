package io.github.camelsagemaker.async.benchmarks.report;

import io.github.camelsagemaker.async.benchmarks.measure.Comparison;
import io.github.camelsagemaker.async.benchmarks.measure.Profile;
import io.github.camelsagemaker.async.benchmarks.measure.Spread;
import io.github.camelsagemaker.async.benchmarks.scenario.LargePayload;
import io.github.camelsagemaker.async.benchmarks.scenario.Waits;
import io.github.camelsagemaker.async.benchmarks.scenario.Ways;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All that one run measured, in the order of the page. Filled by one thread. */
public final class Results {

    /** What is profiled, after the name of who does it and a comma. */
    public static final String PRODUCER = "producer";

    public static final String CONSUMER = "consumer by notification";

    public static final String IN_NOTIFICATION = "result in the notification";
    public static final String IN_S3 = "result in S3";

    public final Map<String, Spread> ceilings = new LinkedHashMap<>();
    public final List<Comparison> producers = new ArrayList<>();
    public final List<Comparison> queues = new ArrayList<>();
    public final List<Comparison> scans = new ArrayList<>();
    public final List<Comparison> landings = new ArrayList<>();
    public final List<Waits.Outcome> waits = new ArrayList<>();
    public final List<LargePayload.Outcome> largePayloads = new ArrayList<>();
    public final List<LargePayload.Outcome> largeResults = new ArrayList<>();
    public final List<Ways.Outcome> ways = new ArrayList<>();
    /** Of each place in a month; null if not measured. */
    public Spread idleListings;

    public final Map<String, Profile> profiles = new LinkedHashMap<>();
    public final Map<String, Spread> micro = new LinkedHashMap<>();

    public List<Goal> goals() {
        return Goals.of(this);
    }
}
