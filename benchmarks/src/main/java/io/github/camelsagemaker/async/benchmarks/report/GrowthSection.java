package io.github.camelsagemaker.async.benchmarks.report;

import static io.github.camelsagemaker.async.benchmarks.report.Table.number;

import io.github.camelsagemaker.async.benchmarks.measure.Cost;
import io.github.camelsagemaker.async.benchmarks.scenario.Growth.Watched;
import java.util.List;

/** The last section of the page, which has a run of its own: each run keeps what the other wrote. */
public final class GrowthSection {

    private static final String HEAD = "\n## Growth\n";

    private final StringBuilder text = new StringBuilder(HEAD);
    private final Table costs;

    public GrowthSection(Origin origin) {
        text.append(
                        """

                        What a result costs while something else grows; medians of the rounds. The heap is what there is more than before
                        the consumers were, without garbage, at the middle of the work. The last column names what grew faster than
                        the work since the smallest size: more than 1.5 times the time, CPU or requests for each result, or a heap
                        that grew (with routes and nodes: that grew more than they did).

                        """)
                .append("Commit ")
                .append(origin.commit())
                .append(", began ")
                .append(origin.began())
                .append(", load average then ")
                .append(number("%.1f", origin.load()))
                .append(".\n\n");
        costs = new Table(
                text,
                "what grows",
                "size",
                "results in a second",
                "CPU, µs each",
                "heap, MiB",
                "requests each",
                "faster than the work");
    }

    /** @param heapMayFollow whether the heap may grow as the size does */
    public void add(String what, boolean heapMayFollow, List<Cost> sizes) {
        for (Cost cost : sizes) {
            costs.row(
                    what,
                    number("%,.0f", cost.size()),
                    number("%,.0f", cost.perSecond()),
                    number("%,.0f", cost.cpuMicros()),
                    number("%.1f", cost.heap() / 1048576),
                    number("%.3f", cost.requestsEach()),
                    String.join(", ", cost.fasterThanTheWork(sizes.get(0), heapMayFollow)));
        }
    }

    public void addIdle(List<Watched> routes) {
        text.append("\nAn idle scanning route at default settings, whose prefix keeps what was handled:\n\n");
        Table table = new Table(text, "kept objects", "listings a minute", "US$ a month", "a processor's time");
        for (Watched route : routes) {
            table.row(
                    number("%,.0f", route.kept()),
                    number("%,.0f", route.listingsAMinute()),
                    number("%,.2f", Prices.ofListings(route.listingsAMinute() * 60 * 24 * 30)),
                    number("%.1f %%", route.processor() * 100));
        }
    }

    public String markdown() {
        return text.toString();
    }

    /** The page without this section. */
    public static String before(String page) {
        int start = page.indexOf(HEAD);
        return start < 0 ? page : page.substring(0, start);
    }

    /** This section of a page, empty if it has none. */
    public static String of(String page) {
        return page.substring(before(page).length());
    }
}
