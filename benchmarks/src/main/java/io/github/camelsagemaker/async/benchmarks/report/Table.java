package io.github.camelsagemaker.async.benchmarks.report;

import io.github.camelsagemaker.async.benchmarks.measure.Spread;
import java.util.Locale;

/** Writes a table in Markdown, row by row. */
final class Table {

    private final StringBuilder text;

    Table(StringBuilder text, String... head) {
        this.text = text;
        row(head);
        text.append("|---".repeat(head.length)).append("|\n");
    }

    Table row(String... cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
        return this;
    }

    /** Median and quartiles. */
    static String spread(String format, Spread spread) {
        if (!Double.isFinite(spread.median())) {
            return number(format, spread.median());
        }
        return number(format, spread.median()) + " [" + number(format, spread.lower()) + "–"
                + number(format, spread.upper()) + "]";
    }

    static String number(String format, double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "–";
    }
}
