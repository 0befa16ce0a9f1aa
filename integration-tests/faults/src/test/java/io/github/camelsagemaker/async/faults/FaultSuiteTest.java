package io.github.camelsagemaker.async.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Under every plan of faults each request ends, and nothing is left behind. See {@link Seeds}; the log is target/faults.log. */
class FaultSuiteTest {

    private final Totals totals = new Totals();

    @Test
    void everyRequestEndsAndNothingIsLeftUnderAnyPlan() throws Exception {
        List<String> violations = Seeds.tryAll("target/faults.log", this::tried);

        System.out.println(totals.line(violations.size()));
        assertThat(violations).isEmpty();
    }

    private List<String> tried(LocalAws aws, long seed, PrintStream log) {
        Trial trial = new Trial(aws, seed);
        long lost = aws.lostNotifications();
        long doubled = aws.doubledNotifications();
        List<String> found = Seeds.run(trial, seed, log);
        trial.count(totals);
        totals.addNotifications(aws.lostNotifications() - lost, aws.doubledNotifications() - doubled);
        return found;
    }
}
