package io.github.camelsagemaker.async.benchmarks;

import io.github.camelsagemaker.async.benchmarks.measure.Cost;
import io.github.camelsagemaker.async.benchmarks.report.GrowthSection;
import io.github.camelsagemaker.async.benchmarks.report.Origin;
import io.github.camelsagemaker.async.benchmarks.scenario.Growth;
import io.github.camelsagemaker.async.benchmarks.scenario.Growth.Watched;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures what results cost while something grows, and writes it into the page of the benchmarks. */
public final class GrowthRun {

    private static final Logger LOG = LoggerFactory.getLogger(GrowthRun.class);

    private static final int WARM_UP_MESSAGES = 20_000;
    private static final int WARM_UPS = 3;

    /** Of more kept objects an idle route lists them all so seldom that it would have to be watched for a quarter of an hour. */
    private static final int MOST_WATCHED = 100_000;

    private GrowthRun() {}

    /**
     * How much is measured.
     *
     * @param backlog messages that wait
     * @param kept objects in a prefix
     * @param fresh results that land there
     * @param routes in a context
     * @param nodes with one queue
     * @param results of a round with these
     * @param rounds at each size
     * @param idleMillis how long an idle route is watched
     */
    record Sizes(
            List<Integer> backlog,
            List<Integer> kept,
            int fresh,
            List<Integer> routes,
            List<Integer> nodes,
            int results,
            int rounds,
            long idleMillis) {

        /** By system properties, whose defaults are in the pom. */
        static Sizes asked() {
            return new Sizes(
                    numbers("benchmarks.backlog"),
                    numbers("benchmarks.kept"),
                    500,
                    numbers("benchmarks.routes"),
                    numbers("benchmarks.nodes"),
                    numbers("benchmarks.results").get(0),
                    numbers("benchmarks.rounds").get(0),
                    10_000);
        }

        private static List<Integer> numbers(String property) {
            return Arrays.stream(System.getProperty(property).split(","))
                    .map(String::trim)
                    .map(Integer::valueOf)
                    .toList();
        }
    }

    private interface Measured<T> {
        T at(int size) throws Exception;
    }

    /** @param args the scale, which is of no matter here; the folder that results.md is in */
    public static void main(String[] args) throws Exception {
        System.out.println(run(Sizes.asked(), WARM_UPS, WARM_UP_MESSAGES, Path.of(args[1])));
        System.exit(0);
    }

    /** Returns the section that it wrote. */
    static String run(Sizes sizes, int warmUps, int warmUpMessages, Path folder) throws Exception {
        GrowthSection section = new GrowthSection(Origin.now());
        try (BenchmarkServer server = BenchmarkServer.start()) {
            new Growth(server, warmUps, 0, 0).backlog(warmUpMessages);
            Growth growth = new Growth(server, sizes.rounds(), sizes.results(), sizes.idleMillis());
            section.add("messages that wait", false, each("backlog", sizes.backlog(), growth::backlog));
            List<Cost> kept = each("kept", sizes.kept(), size -> growth.kept(size, sizes.fresh()));
            section.add("kept objects in the scanned prefix", false, kept);
            section.add("routes in a context", true, each("routes", sizes.routes(), growth::routes));
            section.add("nodes on one queue", true, each("nodes", sizes.nodes(), growth::nodes));
            List<Integer> watched =
                    sizes.kept().stream().filter(size -> size <= MOST_WATCHED).toList();
            List<Watched> idle = each("idle", watched, growth::idle);
            section.addIdle(idle);
        }
        Path page = folder.resolve("results.md");
        Files.createDirectories(folder);
        String before = Files.exists(page) ? GrowthSection.before(Files.readString(page)) : "";
        Files.writeString(page, before + section.markdown());
        return section.markdown();
    }

    private static <T> List<T> each(String what, List<Integer> sizes, Measured<T> measured) throws Exception {
        List<T> all = new ArrayList<>();
        for (int size : sizes) {
            LOG.info("{}: {}", what, size);
            all.add(measured.at(size));
        }
        return all;
    }
}
