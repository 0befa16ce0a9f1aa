package io.github.camelsagemaker.async.it.operations;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a Prometheus server would have read at one moment, and the few queries that the dashboard makes. */
record Scrape(long millis, String text) {

    private static final Pattern LINE = Pattern.compile("(?m)^([a-z_0-9]+)\\{([^}]*)} (\\S+)$");
    private static final Pattern OR_NONE =
            Pattern.compile("(.*) or label_replace\\(vector\\(0\\), \"\\w+\", \"none\", \"\", \"\"\\)");
    private static final Pattern RATE =
            Pattern.compile("sum by \\((\\w+)\\) \\(rate\\((\\w+)\\{[^}]*}\\[\\$__rate_interval]\\)\\)");
    private static final Pattern VALUE = Pattern.compile("(sum|max) by \\((\\w+)\\) \\((\\w+)\\{([^}]*)}\\)");
    private static final Pattern SOURCE = Pattern.compile("source=\"\\w+\"");
    private static final Pattern MEAN = Pattern.compile(
            "sum\\(rate\\((\\w+)_sum\\{[^}]*}\\[\\$__rate_interval]\\)\\) / sum\\(rate\\((\\w+)_count\\{[^}]*}\\[\\$__rate_interval]\\)\\)");

    /** The values of an expression now, by label; {@code before} is an earlier moment, which rates are counted from. */
    Map<String, Double> evaluate(String expression, Scrape before) {
        Matcher orNone = OR_NONE.matcher(expression);
        if (orNone.matches()) {
            Map<String, Double> values = new TreeMap<>(evaluate(orNone.group(1), before));
            values.put("none", 0.0);
            return values;
        }
        Matcher rate = RATE.matcher(expression);
        if (rate.matches()) {
            Map<String, Double> old = before.by(rate.group(2), rate.group(1), Double::sum);
            Map<String, Double> rates = new TreeMap<>();
            by(rate.group(2), rate.group(1), Double::sum)
                    .forEach((label, value) ->
                            rates.put(label, (value - old.getOrDefault(label, 0.0)) / secondsSince(before)));
            return rates;
        }
        Matcher value = VALUE.matcher(expression);
        if (value.matches()) {
            Matcher source = SOURCE.matcher(value.group(4));
            return by(
                    value.group(3),
                    value.group(2),
                    source.find() ? source.group() : "",
                    value.group(1).equals("sum") ? Double::sum : Math::max);
        }
        Matcher mean = MEAN.matcher(expression);
        if (mean.matches()) {
            double sum = total(mean.group(1) + "_sum") - before.total(mean.group(1) + "_sum");
            double count = total(mean.group(2) + "_count") - before.total(mean.group(2) + "_count");
            return count == 0 ? Map.of() : Map.of("", sum / count);
        }
        throw new IllegalArgumentException("This picture cannot show " + expression);
    }

    private double secondsSince(Scrape before) {
        return (millis - before.millis) / 1000.0;
    }

    private double total(String series) {
        return by(series, null, Double::sum).getOrDefault("", 0.0);
    }

    private Map<String, Double> by(String series, String label, DoubleBinaryOperator merge) {
        return by(series, label, "", merge);
    }

    private Map<String, Double> by(String series, String label, String selector, DoubleBinaryOperator merge) {
        Map<String, Double> values = new TreeMap<>();
        Matcher line = LINE.matcher(text);
        while (line.find()) {
            if (line.group(1).equals(series) && line.group(2).contains(selector)) {
                values.merge(
                        label == null ? "" : value(line.group(2), label),
                        Double.parseDouble(line.group(3)),
                        merge::applyAsDouble);
            }
        }
        return values;
    }

    private static String value(String labels, String label) {
        Matcher matcher = Pattern.compile("(?:^|,)" + label + "=\"([^\"]*)\"").matcher(labels);
        return matcher.find() ? matcher.group(1) : "";
    }
}
