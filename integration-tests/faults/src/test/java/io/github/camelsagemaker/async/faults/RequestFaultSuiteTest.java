package io.github.camelsagemaker.async.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests go whole, once, or not at all. See {@link Seeds}; the log is target/request-faults.log. */
class RequestFaultSuiteTest {

    @Test
    void everyRequestIsWholeAndNoObjectIsLeftThatNobodyKnowsOf() throws Exception {
        List<String> violations = Seeds.tryAll("target/request-faults.log", RequestFaultSuiteTest::tried);

        assertThat(violations).isEmpty();
    }

    private static List<String> tried(LocalAws aws, long seed, PrintStream log) {
        RequestTrial trial = new RequestTrial(aws, seed);
        List<String> found;
        try {
            found = trial.run();
        } catch (Exception e) {
            found = List.of("it could not be carried out: " + e);
        }
        log.printf("seed %d: %s%s%n", seed, trial, found.isEmpty() ? "" : ", " + found);
        return found.stream()
                .map(violation -> "seed " + seed + " (" + trial + "): " + violation)
                .toList();
    }
}
