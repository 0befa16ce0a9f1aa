package io.github.camelsagemaker.async.benchmarks;

import io.github.camelsagemaker.async.benchmarks.measure.Comparison;
import io.github.camelsagemaker.async.benchmarks.measure.Contestant;
import io.github.camelsagemaker.async.benchmarks.measure.Profile;
import io.github.camelsagemaker.async.benchmarks.measure.Sample;
import io.github.camelsagemaker.async.benchmarks.measure.Spread;
import io.github.camelsagemaker.async.benchmarks.report.GrowthSection;
import io.github.camelsagemaker.async.benchmarks.report.Origin;
import io.github.camelsagemaker.async.benchmarks.report.Page;
import io.github.camelsagemaker.async.benchmarks.report.Plot;
import io.github.camelsagemaker.async.benchmarks.report.Results;
import io.github.camelsagemaker.async.benchmarks.scenario.Ceiling;
import io.github.camelsagemaker.async.benchmarks.scenario.Idle;
import io.github.camelsagemaker.async.benchmarks.scenario.LargePayload;
import io.github.camelsagemaker.async.benchmarks.scenario.Names;
import io.github.camelsagemaker.async.benchmarks.scenario.Producers;
import io.github.camelsagemaker.async.benchmarks.scenario.Queues;
import io.github.camelsagemaker.async.benchmarks.scenario.Scans;
import io.github.camelsagemaker.async.benchmarks.scenario.Waits;
import io.github.camelsagemaker.async.benchmarks.scenario.Ways;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs all benchmarks, prints the page and writes it, with its plot. */
public final class Benchmarks {

    private static final Logger LOG = LoggerFactory.getLogger(Benchmarks.class);

    private static final int KIB = 1024;
    private static final int MOST_REPEATED = 10_000;
    private static final int IDLE_ROUTES = 7;
    private static final int MOST_WAITERS = 1_000;
    private static final int WARM_UP_CONCURRENCY = 64;

    private final Scale scale;
    private final Results results = new Results();

    private Benchmarks(Scale scale) {
        this.scale = scale;
    }

    /**
     * Runs all, in about half an hour.
     *
     * @param args the name of the scale; the folder that results.md and results.png are written to
     */
    public static void main(String[] args) throws Exception {
        System.out.println(run(Scale.named(args[0]), Path.of(args[1])));
        // Threads of clients that are still being closed do not matter any more.
        System.exit(0);
    }

    /** Runs all at this scale, and returns the page that it wrote. */
    static String run(Scale scale, Path folder) throws Exception {
        Origin origin = Origin.now();
        Benchmarks benchmarks = new Benchmarks(scale);
        try (BenchmarkServer server = BenchmarkServer.start()) {
            benchmarks.run(server);
        }
        Files.createDirectories(folder);
        Path file = folder.resolve("results.md");
        String growth = Files.exists(file) ? GrowthSection.of(Files.readString(file)) : "";
        String page = new Page(origin, scale.name(), benchmarks.results).markdown() + growth;
        Files.writeString(file, page);
        Plot.write(benchmarks.results, folder.resolve("results.png"));
        return page;
    }

    private void run(BenchmarkServer server) throws Exception {
        ceilings(server);
        producers(server);
        queues(server);
        scans(server);
        waits(server);
        LOG.info("Large payloads");
        results.largePayloads.addAll(LargePayload.all(server, scale.largeBytes(), scale.largeBodies()));
        results.largeResults.addAll(LargePayload.results(server, scale.results(), 10L * KIB * KIB));
        LOG.info("Requests for each inference");
        // Requests are counted here and not timed, so the idle routes may sit beside, with a server of their own.
        try (Idle idle = new Idle(IDLE_ROUTES)) {
            results.ways.addAll(new Ways(server, scale.rounds(), scale.inferences(), scale.shortened()).all());
            results.idleListings = idle.listingsAMonth(scale.idleMillis());
        }
        results.micro.putAll(Micro.run(scale));
    }

    private void ceilings(BenchmarkServer server) throws Exception {
        for (int size : List.of(KIB, 100 * KIB)) {
            try (Ceiling ceiling = new Ceiling(server, 64, size)) {
                List<Sample> rounds = new ArrayList<>();
                for (int i = 0; i < scale.warmUps() + scale.rounds(); i++) {
                    rounds.add(ceiling.round(scale.roundMillis()));
                }
                List<Sample> counted = rounds.subList(scale.warmUps(), rounds.size());
                results.ceilings.put(
                        size / KIB + " KiB to InvokeEndpointAsync, 64 at once", Spread.of(counted, Sample::perSecond));
            }
        }
    }

    private void producers(BenchmarkServer server) throws Exception {
        try (Producers producers = new Producers(server)) {
            warmUp(producers.inline(KIB, WARM_UP_CONCURRENCY, scale.roundMillis()));
            warmUp(producers.throughS3(KIB * KIB, WARM_UP_CONCURRENCY, scale.roundMillis()));
            for (int concurrency : scale.concurrencies()) {
                results.producers.add(compare(
                        "1 KiB in the call, " + concurrency + " at once",
                        producers.inline(KIB, concurrency, scale.roundMillis())));
            }
            for (int concurrency : scale.concurrenciesOfLarge()) {
                results.producers.add(compare(
                        "100 KiB in the call, " + concurrency + " at once",
                        producers.inline(100 * KIB, concurrency, scale.roundMillis())));
            }
            for (int concurrency : scale.concurrenciesOfLarge()) {
                results.producers.add(compare(
                        "1 MiB through S3, " + concurrency + " at once",
                        producers.throughS3(KIB * KIB, concurrency, scale.roundMillis())));
            }
            for (String name : List.of(Names.SDK, Names.COMPONENT)) {
                results.profiles.put(
                        name + ", " + Results.PRODUCER,
                        Profile.of(() -> producers.profiled(name, KIB, 64, scale.profileMillis())));
            }
        }
    }

    private void warmUp(List<Contestant> contestants) throws Exception {
        LOG.info("Warm-up");
        Comparison.warmUp(contestants, scale.warmUpMillis());
    }

    private Comparison compare(String title, List<Contestant> contestants) throws Exception {
        LOG.info(title);
        return Comparison.run(title, contestants, scale.warmUps(), scale.rounds());
    }

    private void queues(BenchmarkServer server) throws Exception {
        for (boolean inNotification : List.of(true, false)) {
            try (Queues queues = new Queues(server, inNotification)) {
                String title = inNotification ? Results.IN_NOTIFICATION : Results.IN_S3;
                List<Contestant> contestants = queues.contestants(scale.messages());
                warmUp(contestants);
                results.queues.add(compare(title, contestants));
                results.landings.add(compare("by notification, " + title, queues.landings(scale.landings() * 5)));
                if (inNotification) {
                    queueProfiles(queues);
                }
            }
        }
    }

    private void queueProfiles(Queues queues) throws Exception {
        for (String name : List.of(Names.SDK, Names.COMPONENT)) {
            results.profiles.put(
                    name + ", " + Results.CONSUMER,
                    Profile.of(() -> queues.round(name, scale.messages() * (scale.profileMillis() / 1000 + 1))));
        }
    }

    private void scans(BenchmarkServer server) throws Exception {
        try (Scans scans = new Scans(server)) {
            for (int keys : scale.keys()) {
                results.scans.add(compare(
                        "%,d results in the bucket".formatted(keys), scans.contestants(keys, scale.roundMillis())));
            }
            for (int keys : scale.keys()) {
                String title = "by scanning, %,d results kept".formatted(keys);
                LOG.info(title);
                results.landings.add(scans.landingToExchange(title, keys, scale.rounds(), scale.landings()));
            }
        }
    }

    private void waits(BenchmarkServer server) throws Exception {
        try (Waits waits = new Waits(server)) {
            for (int waiting : scale.waiting()) {
                LOG.info("{} exchanges wait", waiting);
                results.waits.add(waits.component(waiting, waiting > MOST_REPEATED ? 1 : scale.rounds()));
            }
            int waiters = Math.min(MOST_WAITERS, scale.waiting().get(0));
            results.waits.add(waits.pollingWaiter(waiters, scale.waiterDelayMillis()));
        }
    }
}
