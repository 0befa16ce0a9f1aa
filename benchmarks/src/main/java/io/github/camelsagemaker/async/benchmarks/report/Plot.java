package io.github.camelsagemaker.async.benchmarks.report;

import io.github.camelsagemaker.async.benchmarks.measure.Comparison;
import io.github.camelsagemaker.async.benchmarks.measure.Sample;
import io.github.camelsagemaker.async.benchmarks.measure.Spread;
import io.github.camelsagemaker.async.benchmarks.scenario.Names;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler;

/** Draws throughput as a ratio to the AWS SDK's; the thin lines reach from one quartile to the other at the least. */
public final class Plot {

    private Plot() {}

    public static void write(Results results, Path file) throws IOException {
        List<Comparison> contests = new ArrayList<>(results.producers);
        contests.addAll(results.queues);
        contests.addAll(results.scans);
        CategoryChart chart = new CategoryChartBuilder()
                .width(1400)
                .height(700)
                .title("Throughput, as a ratio to the AWS SDK's")
                .yAxisTitle("AWS SDK = 1")
                .build();
        CategoryStyler style = chart.getStyler();
        style.setLegendPosition(Styler.LegendPosition.OutsideS);
        style.setLegendLayout(Styler.LegendLayout.Horizontal);
        style.setXAxisLabelRotation(30);
        style.setYAxisMin(0.0);
        style.setAvailableSpaceFill(0.85);
        add(chart, contests, "component", List.of(Names.COMPONENT));
        add(chart, contests, "what routes do without it", List.of(Names.UPLOAD_FIRST, Names.POLLING, Names.POLLING_S3));
        BitmapEncoder.saveBitmap(chart, file.toString(), BitmapEncoder.BitmapFormat.PNG);
    }

    private static void add(CategoryChart chart, List<Comparison> contests, String series, List<String> contestants) {
        List<String> labels = new ArrayList<>();
        List<Double> medians = new ArrayList<>();
        List<Double> errors = new ArrayList<>();
        for (Comparison contest : contests) {
            contest.series().stream()
                    .filter(candidate -> contestants.contains(candidate.name()))
                    .map(candidate -> candidate.ratio(contest.reference(), Sample::perSecond))
                    .findFirst()
                    .ifPresent(ratio -> {
                        labels.add(contest.title());
                        medians.add(finite(ratio.median()));
                        errors.add(finite(widest(ratio)));
                    });
        }
        chart.addSeries(series, labels, medians, errors);
    }

    private static double widest(Spread ratio) {
        return Math.max(ratio.upper() - ratio.median(), ratio.median() - ratio.lower());
    }

    private static double finite(double value) {
        return Double.isFinite(value) ? value : 0;
    }
}
