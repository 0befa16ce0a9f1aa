package io.github.camelsagemaker.async.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests go whole, once, or not at all. See {@link Seeds}; the log is target/request-faults.log. */
class RequestFaultSuiteTest {

    @Test
    void everyRequestIsWholeAndNoObjectIsLeftThatNobodyKnowsOf() throws Exception {
        List<String> violations = Seeds.tryAll(
                "target/request-faults.log", (aws, seed, log) -> Seeds.run(new RequestTrial(aws, seed), seed, log));

        assertThat(violations).isEmpty();
    }
}
