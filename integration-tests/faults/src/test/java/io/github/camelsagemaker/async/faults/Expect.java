package io.github.camelsagemaker.async.faults;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.awaitility.core.ConditionTimeoutException;

/** Waits for what shall not be, or no longer. */
final class Expect {

    static final Duration SHORTLY = Duration.ofSeconds(20);

    private Expect() {}

    /**
     * @param what is 0 or empty in the end
     * @param wrong is told otherwise, and what there is
     */
    static void none(String otherwise, Duration deadline, Callable<?> what, Consumer<String> wrong) throws Exception {
        try {
            await().atMost(deadline).pollInterval(Duration.ofMillis(50)).until(() -> isNothing(what.call()));
        } catch (ConditionTimeoutException e) {
            wrong.accept(otherwise + ": " + what.call());
        }
    }

    private static boolean isNothing(Object what) {
        return what instanceof Number number
                ? number.longValue() == 0
                : what instanceof Map<?, ?> map ? map.isEmpty() : ((Collection<?>) what).isEmpty();
    }
}
