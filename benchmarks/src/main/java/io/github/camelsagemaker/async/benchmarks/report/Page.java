package io.github.camelsagemaker.async.benchmarks.report;

import static io.github.camelsagemaker.async.benchmarks.report.Table.number;
import static io.github.camelsagemaker.async.benchmarks.report.Table.spread;

import io.github.camelsagemaker.async.benchmarks.measure.Comparison;
import io.github.camelsagemaker.async.benchmarks.measure.Profile;
import io.github.camelsagemaker.async.benchmarks.measure.Sample;
import io.github.camelsagemaker.async.benchmarks.measure.Series;
import io.github.camelsagemaker.async.benchmarks.scenario.LargePayload;
import io.github.camelsagemaker.async.benchmarks.scenario.Names;
import io.github.camelsagemaker.async.benchmarks.scenario.Waits;
import io.github.camelsagemaker.async.benchmarks.scenario.Ways;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The page with the results of a run. */
public final class Page {

    private final StringBuilder text = new StringBuilder();
    private final Origin origin;
    private final String scale;
    private final Results results;

    /** @param scale the name of the scale of the run */
    public Page(Origin origin, String scale, Results results) {
        this.origin = origin;
        this.scale = scale;
        this.results = results;
    }

    public String markdown() {
        head();
        goals();
        contests(
                "Producer",
                results.producers,
                """
                From a `byte[]` to the accepted request. `%s` hands exchanges to the producer itself, `%s` to a
                route with one step before it. `%s` uploads every payload, as routes do without this component.
                """
                        .formatted(Names.COMPONENT, Names.ROUTE, Names.UPLOAD_FIRST));
        contests(
                "Consumer by notification",
                results.queues,
                """
                Messages wait in the queue, each of a result of 1,024 bytes; a round ends when all are handled and deleted.
                The AWS SDK's loop neither parses notifications whose result is in them, nor remembers what it handled. `%s`
                is that loop as a careful team writes it: it reads each notification with Jackson, tells failures from results,
                decodes a result that is in it, and remembers the last 10,000 that it handled.
                """
                        .formatted(Names.CAREFUL));
        besideCareful();
        contests(
                "Consumer by scanning",
                results.scans,
                """
                So many results of 1,024 bytes wait in the bucket; a round ends when all are read, handled and deleted, or
                after its time. The AWS SDK's loop has as many under way as the component, and remembers nothing. A contestant
                with 0 was still listing when the time was over.
                """);
        landings();
        waits();
        large();
        ways();
        profiles();
        micro();
        return text.toString();
    }

    private void head() {
        text.append("# Benchmark results\n\n")
                .append(
                        "Written by the command of [benchmarks](../../benchmarks/README.md), which tells how is measured.\n")
                .append(
                        "Values are medians over the rounds, with the quartiles in brackets. Ratios are taken round by round.\n\n");
        new Table(text, "", "")
                .row("machine", origin.machine())
                .row("system", origin.system())
                .row("JDK", origin.jdk())
                .row("commit", origin.commit())
                .row("began", origin.began().toString())
                .row("load average then", number("%.1f", origin.load()) + busy())
                .row("scale", scale);
        if (!scale.equals("full")) {
            text.append(
                    "\n**Not a full run.** Its figures show that the command works, and not how fast anything is.\n");
        }
        text.append("\n![Throughput, requests and their price, memory](results.png)\n");
    }

    private String busy() {
        return origin.load() > 0.5 * Runtime.getRuntime().availableProcessors()
                ? ": others were at work, so times and rates are worth little and ratios are noisy"
                : "";
    }

    private void goals() {
        section(
                "Goals",
                """
                Reported, and never a reason for a build to fail. Of seven rounds or more in a full run; threads are counted seven times
                while all wait, and listings for seven routes.
                """);
        Table table = new Table(text, "goal", "limit", "measured", "", "the same, of the loop by hand");
        results.goals()
                .forEach(goal -> table.row(
                        goal.what(),
                        (goal.atLeast() ? "at least " : "at most ") + number(format(goal), goal.limit()),
                        spread(format(goal), goal.measured()),
                        goal.isMet() ? "reached" : "missed",
                        goal.ofCareful() == null ? "" : spread("%.2f", goal.ofCareful())));
        results.goals().stream()
                .filter(goal -> !goal.isMet() && goal.profile() != null)
                .collect(Collectors.groupingBy(Goal::profile, LinkedHashMap::new, Collectors.toList()))
                .forEach(this::why);
        text.append("\nThe servers' ceiling, with a client that does nothing:\n\n");
        Table ceilings = new Table(text, "requests", "in a second");
        results.ceilings.forEach((what, spread) -> ceilings.row(what, spread("%,.0f", spread)));
    }

    private static String format(Goal goal) {
        return goal.limit() < 2.5 ? "%.2f" : "%,.0f";
    }

    /** What the profiles of this work say of goals that were missed. */
    private void why(String work, List<Goal> missed) {
        Profile own = results.profiles.get(Names.COMPONENT + ", " + work);
        Profile other = results.profiles.get(Names.SDK + ", " + work);
        if (own == null || other == null) {
            return;
        }
        double above = own.cpu().get("component") + own.cpu().get("Camel");
        text.append("\nMissed: ")
                .append(missed.stream().map(Goal::what).collect(Collectors.joining("; ")))
                .append(". By the profiles below, the component and Camel take ")
                .append(number("%.0f %%", above * 100))
                .append(" of its CPU (")
                .append(number("%.0f", above * own.sample().cpuMicros()))
                .append(" of ")
                .append(number("%.0f", own.sample().cpuMicros()))
                .append(" µs each); the AWS SDK alone takes ")
                .append(number("%.0f", other.sample().cpuMicros()))
                .append(" µs.\n");
    }

    private void section(String title, String intro) {
        text.append("\n## ").append(title).append("\n\n").append(intro.strip()).append("\n\n");
    }

    private void contests(String title, List<Comparison> contests, String intro) {
        section(title, intro);
        Table table = new Table(
                text,
                "what",
                "who",
                "in a second",
                "CPU, µs each",
                "allocated, KiB each",
                "throughput, ratio",
                "CPU, ratio",
                "allocated, ratio");
        for (Comparison contest : contests) {
            for (Series series : contest.series()) {
                table.row(
                        contest.title(),
                        series.name(),
                        spread("%,.0f", series.spread(Sample::perSecond)),
                        spread("%.0f", series.spread(Sample::cpuMicros)),
                        spread("%.1f", series.spread(sample -> sample.allocatedBytes() / 1024)),
                        spread("%.2f", series.ratio(contest.reference(), Sample::perSecond)),
                        spread("%.2f", series.ratio(contest.reference(), Sample::cpuMicros)),
                        spread("%.2f", series.ratio(contest.reference(), Sample::allocatedBytes)));
            }
        }
    }

    private void besideCareful() {
        text.append("\nThe component as a ratio to the loop by hand:\n\n");
        Table table = new Table(text, "what", "throughput", "CPU", "allocated");
        for (Comparison contest : results.queues) {
            Series component = contest.series(Names.COMPONENT);
            Series careful = contest.series(Names.CAREFUL);
            table.row(
                    contest.title(),
                    spread("%.2f", component.ratio(careful, Sample::perSecond)),
                    spread("%.2f", component.ratio(careful, Sample::cpuMicros)),
                    spread("%.2f", component.ratio(careful, Sample::allocatedBytes)));
        }
    }

    private void landings() {
        section(
                "From landing to exchange",
                """
                A single result lands in idle routes; the spread is that of the rounds' medians. Scans look every 500 ms at a prefix
                that keeps what was handled before.
                """);
        Table table = new Table(text, "how", "who", "milliseconds");
        for (Comparison contest : results.landings) {
            contest.series()
                    .forEach(series ->
                            table.row(contest.title(), series.name(), spread("%.1f", series.spread(Sample::millis))));
        }
    }

    private void waits() {
        section(
                "Request-reply",
                """
                Exchanges with a payload of 1,024 bytes wait; then all results land at once. `%s` is a port of what the
                SageMaker Python SDK does, asking every 15 seconds on two threads a request; more of it than this does not fit
                into a process.
                """
                        .formatted(Names.WAITER));
        Table table = new Table(
                text,
                "who",
                "waiting",
                "rounds",
                "heap, bytes each",
                "of these beside exchange and payload",
                "more threads",
                "all over, s",
                "requests for each result");
        for (Waits.Outcome outcome : results.waits) {
            table.row(
                    outcome.name(),
                    number("%,.0f", outcome.waiting()),
                    String.valueOf(outcome.rounds().size()),
                    spread("%,.0f", outcome.heapBytes()),
                    spread("%,.0f", outcome.besideBytes()),
                    spread("%,.0f", outcome.threads()),
                    spread("%.1f", outcome.seconds()),
                    each(outcome.rounds().get(0).requests(), outcome.waiting()));
        }
    }

    private static String each(Map<String, Long> requests, int count) {
        StringBuilder shown = new StringBuilder();
        requests.forEach((operation, times) -> shown.append(shown.isEmpty() ? "" : ", ")
                .append(number("%.3f", (double) times / count))
                .append(' ')
                .append(operation));
        return shown.toString();
    }

    private void large() {
        section(
                "A payload of 1 GiB, and 64 results of 10 MiB",
                """
                Payloads in a JVM with a heap of 256 MiB, results with 512 MiB. The peak is the sum of what each area of the heap had at
                most, garbage included, so it may be more than the heap. SageMaker takes at most 1 GB, so a file has that size. The component takes its default of 64 results at once; aws2-s3 has one at a time.
                """);
        Table table = new Table(text, "who", "body", "bytes", "outcome", "peak of the heap, MiB", "seconds");
        List<LargePayload.Outcome> outcomes = new ArrayList<>(results.largePayloads);
        outcomes.addAll(results.largeResults);
        for (LargePayload.Outcome outcome : outcomes) {
            boolean ended = outcome.peakHeapMiB() >= 0;
            table.row(
                    outcome.name(),
                    outcome.body(),
                    number("%,.0f", outcome.bytes()),
                    outcome.result(),
                    ended ? number("%.0f", outcome.peakHeapMiB()) : "–",
                    ended ? number("%.1f", outcome.seconds()) : "–");
        }
    }

    private void ways() {
        section(
                "Requests to AWS for each inference",
                """
                Counted at the servers, for inferences of five minutes, with all clocks faster (a hundred times in a full run). The scans ask
                for outputs and failures every 15 seconds; their listings are shared by all inferences of the five minutes. How long
                deletes and acknowledgements linger for others is not made shorter, so where inferences end one by one more of
                them share a request here than in five real minutes.
                Prices are those of the requests alone, in US East (N. Virginia), %s (%s).
                """
                        .formatted(Prices.DATE, Prices.SOURCES));
        Table table = new Table(text, "way", "requests", "of these", "US$ for a million inferences");
        for (Ways.Outcome way : results.ways) {
            int inferences = way.inferences() * way.rounds().size();
            table.row(
                    way.name() + " (" + inferences + " inferences)",
                    spread("%.2f", way.perInference()),
                    each(way.requests(), inferences),
                    number("%.2f", Prices.perMillion(way)));
        }
        if (results.idleListings != null) {
            text.append("\nAn idle scanning route at default settings lists each of its places ")
                    .append(spread("%,.0f", results.idleListings))
                    .append(" times in a month, which is US$ ")
                    .append(number("%.2f", Prices.ofListings(results.idleListings.median())))
                    .append(" for each.\n");
        }
    }

    private void profiles() {
        section(
                "Where it goes",
                """
                Samples of JDK Flight Recorder, each counted for the first layer met from its innermost frame outwards. `JDK` is
                what has no other frame: thread pools, futures, sockets. System calls are not sampled. Measured with payloads
                of 1 KiB in the call and 64 at once, and with results in notifications.
                """);
        Table table = new Table(text, "who", "layer", "CPU", "µs each", "allocation", "KiB each");
        results.profiles.forEach((who, profile) -> Profile.LAYERS.forEach(layer -> table.row(
                who,
                layer,
                number("%.1f %%", profile.cpu().get(layer) * 100),
                number("%.1f", profile.cpu().get(layer) * profile.sample().cpuMicros()),
                number("%.1f %%", profile.allocation().get(layer) * 100),
                number(
                        "%.1f",
                        profile.allocation().get(layer) * profile.sample().allocatedBytes() / 1024))));
        results.profiles.forEach(this::methods);
    }

    private void methods(String who, Profile profile) {
        TreeSet<String> names = new TreeSet<>(profile.hottest().keySet());
        names.addAll(profile.largest().keySet());
        if (names.isEmpty()) {
            return;
        }
        text.append("\nInnermost methods of the component and of Camel, with what they call (")
                .append(who)
                .append("):\n\n");
        Table table = new Table(text, "method", "CPU", "allocation");
        for (String name : names) {
            table.row(
                    "`" + name + "`",
                    number("%.1f %%", profile.hottest().getOrDefault(name, Double.NaN) * 100),
                    number("%.1f %%", profile.largest().getOrDefault(name, Double.NaN) * 100));
        }
    }

    private void micro() {
        if (results.micro.isEmpty()) {
            return;
        }
        section(
                "The component's own work",
                "By JMH, one at a time, with a client that answers at once: the component, a change of threads, no network.");
        Table table = new Table(text, "work", "µs each");
        results.micro.forEach((work, spread) -> table.row(work, spread("%.2f", spread)));
    }
}
