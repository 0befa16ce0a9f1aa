package io.github.camelsagemaker.async.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.benchmarks.measure.Spread;
import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void hasAHeadAndRows() {
        StringBuilder text = new StringBuilder();

        new Table(text, "a", "b").row("1", "2");

        assertThat(text).hasToString("| a | b |\n|---|---|\n| 1 | 2 |\n");
    }

    @Test
    void showsWhatWasNotMeasuredAsADash() {
        assertThat(Table.spread("%.1f", Spread.of(Double.NaN))).isEqualTo("–");
        assertThat(Table.number("%.1f", Double.POSITIVE_INFINITY)).isEqualTo("–");
    }

    @Test
    void showsMedianAndQuartiles() {
        assertThat(Table.spread("%,.0f", new Spread(999.6, 1_500, 2_000))).isEqualTo("1,500 [1,000–2,000]");
    }

    @Test
    void theGrowthSectionIsTheRestOfThePage() {
        String page = "# Page\n\n## Other\n\n## Growth\n\ntable\n";

        assertThat(GrowthSection.before(page) + GrowthSection.of(page)).isEqualTo(page);
        assertThat(GrowthSection.of(page)).isEqualTo("\n## Growth\n\ntable\n");
        assertThat(GrowthSection.of("# Page\n")).isEmpty();
    }
}
