package io.github.camelsagemaker.async.benchmarks.report;

import io.github.camelsagemaker.async.benchmarks.measure.Comparison;
import io.github.camelsagemaker.async.benchmarks.measure.Sample;
import io.github.camelsagemaker.async.benchmarks.measure.Spread;
import io.github.camelsagemaker.async.benchmarks.scenario.LargePayload;
import io.github.camelsagemaker.async.benchmarks.scenario.Names;
import io.github.camelsagemaker.async.benchmarks.scenario.Waits;
import io.github.camelsagemaker.async.benchmarks.scenario.Ways;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler;

/**
 * Draws throughput as a ratio to the AWS SDK's, requests and their price, and memory. The thin lines reach as far as the
 * quartile that is farther from the median, and never below zero.
 */
public final class Plot {

    private static final Color BLUE = new Color(0x2F6FDE);
    private static final Color LIGHT_BLUE = new Color(0x8FB8F6);
    private static final Color GREY = new Color(0xB4B9C2);
    private static final Color ORANGE = new Color(0xF0A63C);

    private static final String COMPONENT = "component";
    private static final String WITHOUT = "what routes do without it";
    private static final List<String> WITHOUT_IT = List.of(Names.UPLOAD_FIRST, Names.POLLING, Names.POLLING_S3);

    private Plot() {}

    public static void write(Results results, Path file) throws IOException {
        List<CategoryChart> charts = Stream.of(
                        producers(results),
                        consumers(results),
                        ways(results, "Requests to AWS for an inference of five minutes", way -> way.perInference()
                                .median()),
                        ways(results, "US$ for the requests of a million inferences", Prices::perMillion),
                        large(
                                results.largePayloads,
                                256,
                                "A payload of 1 GiB: peak of the heap, MiB (256: OutOfMemoryError)"),
                        large(
                                results.largeResults,
                                512,
                                "64 results of 10 MiB: peak of the heap, MiB (512: OutOfMemoryError)"),
                        waits(results, "Exchanges that wait: heap for each, bytes", outcome -> outcome.heapBytes()
                                .median()),
                        waits(results, "Exchanges that wait: threads more", outcome -> outcome.threads()
                                .median()))
                .filter(chart -> !chart.getSeriesMap().isEmpty())
                .toList();
        // XChart fills its grid to the last place.
        int columns = charts.size() % 2 == 0 ? 2 : 1;
        BitmapEncoder.saveBitmap(
                charts, charts.size() / columns, columns, file.toString(), BitmapEncoder.BitmapFormat.PNG);
    }

    /** Many at once first: that is what the component is for. */
    private static CategoryChart producers(Results results) {
        List<Comparison> contests = new ArrayList<>(results.producers);
        contests.sort(Comparator.comparing(contest -> contest.title().endsWith(" 1 at once")));
        return throughput("Requests sent: throughput, AWS SDK = 1 (payload × at once)", contests);
    }

    private static CategoryChart consumers(Results results) {
        List<Comparison> contests = new ArrayList<>(results.queues);
        contests.addAll(results.scans);
        return throughput("Results received: throughput, AWS SDK = 1", contests);
    }

    private static CategoryChart throughput(String title, List<Comparison> contests) {
        CategoryChart chart = chart(title);
        List<String> labels =
                contests.stream().map(contest -> label(contest.title())).toList();
        ratios(chart, COMPONENT, BLUE, labels, contests, List.of(Names.COMPONENT));
        if (contests.stream().anyMatch(contest -> contest.has(Names.CAREFUL))) {
            ratios(chart, Names.CAREFUL, LIGHT_BLUE, labels, contests, List.of(Names.CAREFUL));
        }
        ratios(chart, Names.SDK, GREY, labels, contests, List.of(Names.SDK));
        ratios(chart, WITHOUT, ORANGE, labels, contests, WITHOUT_IT);
        return chart;
    }

    /** Short enough to stand below its bars. */
    static String label(String title) {
        return title.replaceFirst(" (?:in the call|through S3), (\\d+) at once", " × $1")
                .replace(Results.IN_NOTIFICATION, "in message")
                .replace(Results.IN_S3, "in S3")
                .replace(" results in the bucket", " listed");
    }

    private static void ratios(
            CategoryChart chart,
            String series,
            Color color,
            List<String> labels,
            List<Comparison> contests,
            List<String> contestants) {
        List<Double> medians = new ArrayList<>();
        List<Double> reaches = new ArrayList<>();
        for (Comparison contest : contests) {
            Optional<Spread> ratio = contest.series().stream()
                    .filter(candidate -> contestants.contains(candidate.name()))
                    .map(candidate -> candidate.ratio(contest.reference(), Sample::perSecond))
                    .findFirst();
            medians.add(ratio.map(spread -> finite(spread.median())).orElse(null));
            reaches.add(ratio.map(Plot::reach).orElse(null));
        }
        // XChart draws no lines where a value is missing.
        add(chart, series, color, labels, medians, medians.contains(null) ? null : reaches);
    }

    /** How far the thin line goes up and down: not below zero. */
    static double reach(Spread spread) {
        double widest = Math.max(spread.upper() - spread.median(), spread.median() - spread.lower());
        return Math.min(finite(widest), finite(spread.median()));
    }

    private static CategoryChart ways(Results results, String title, Function<Ways.Outcome, Double> value) {
        CategoryChart chart = chart(title);
        way(chart, results, "in call and notification", BLUE, Ways.AT_ONCE, value);
        way(chart, results, "through S3, notified", LIGHT_BLUE, Ways.THROUGH_S3, value);
        way(chart, results, "by hand, asking every 15 s", ORANGE, Ways.POLLING, value);
        return chart;
    }

    private static void way(
            CategoryChart chart,
            Results results,
            String label,
            Color color,
            String name,
            Function<Ways.Outcome, Double> value) {
        results.ways.stream()
                .filter(way -> way.name().equals(name))
                .findFirst()
                .ifPresent(way -> one(chart, label, color, value.apply(way)));
    }

    private static CategoryChart waits(Results results, String title, Function<Waits.Outcome, Double> value) {
        CategoryChart chart = chart(title);
        wait(chart, results, Names.COMPONENT, BLUE, value);
        wait(chart, results, Names.WAITER, ORANGE, value);
        return chart;
    }

    private static void wait(
            CategoryChart chart, Results results, String name, Color color, Function<Waits.Outcome, Double> value) {
        results.waits.stream()
                .filter(outcome -> outcome.name().equals(name))
                .max(Comparator.comparingInt(Waits.Outcome::waiting))
                .ifPresent(outcome ->
                        one(chart, "%s, %,d wait".formatted(name, outcome.waiting()), color, value.apply(outcome)));
    }

    private static CategoryChart large(List<LargePayload.Outcome> outcomes, int limit, String title) {
        CategoryChart chart = chart(title);
        chart.getStyler().setLabelsVisible(true);
        List<String> bodies =
                outcomes.stream().map(LargePayload.Outcome::body).distinct().toList();
        for (boolean own : List.of(true, false)) {
            List<Double> peaks = bodies.stream()
                    .map(body -> outcomes.stream()
                            .filter(outcome -> outcome.body().equals(body)
                                    && outcome.name().equals(Names.COMPONENT) == own)
                            .findFirst()
                            .map(outcome ->
                                    outcome.result().contains("Error") ? limit : Math.max(0, outcome.peakHeapMiB()))
                            .orElse(null))
                    .collect(Collectors.toList());
            add(chart, own ? COMPONENT : WITHOUT, own ? BLUE : ORANGE, bodies, peaks, null);
        }
        return chart;
    }

    /** Its value stands in the legend: a small bar has no room for it. */
    private static void one(CategoryChart chart, String label, Color color, double value) {
        String shown = Table.number(value == Math.rint(value) || value >= 100 ? "%,.0f" : "%.2f", value);
        add(chart, label + ": " + shown, color, List.of(" "), List.of(finite(value)), null);
    }

    private static CategoryChart chart(String title) {
        CategoryChart chart =
                new CategoryChartBuilder().width(800).height(360).title(title).build();
        CategoryStyler style = chart.getStyler();
        style.setLegendPosition(Styler.LegendPosition.OutsideS);
        style.setLegendLayout(Styler.LegendLayout.Horizontal);
        style.setLegendBorderColor(Color.WHITE);
        style.setChartBackgroundColor(Color.WHITE);
        style.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
        style.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        style.setPlotGridVerticalLinesVisible(false);
        style.setYAxisMin(0.0);
        style.setAvailableSpaceFill(0.8);
        style.setLabelsPosition(1.0);
        style.setLabelsFont(new Font(Font.SANS_SERIF, Font.BOLD, 13));
        return chart;
    }

    private static void add(
            CategoryChart chart,
            String name,
            Color color,
            List<String> labels,
            List<Double> values,
            List<Double> reaches) {
        if (labels.isEmpty()) {
            return;
        }
        CategorySeries series = chart.addSeries(name, labels, values, reaches);
        series.setFillColor(color);
    }

    private static double finite(double value) {
        return Double.isFinite(value) ? value : 0;
    }
}
