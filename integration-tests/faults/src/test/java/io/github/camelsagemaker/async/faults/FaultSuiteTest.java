package io.github.camelsagemaker.async.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Under every plan of faults each request ends, and nothing is left behind.
 *
 * <p>{@code -Dfaults.seeds=5000} tries that many plans, {@code -Dfaults.first=17 -Dfaults.seeds=1} one again. What each came to is
 * in {@code target/faults.log}.
 */
class FaultSuiteTest {

    /** Trials mostly wait: for back-off, visibility and time-outs. */
    private static final int AT_ONCE = 8;

    @Test
    void everyRequestEndsAndNothingIsLeftUnderAnyPlan() throws Exception {
        long first = Long.getLong("faults.first", 1);
        long seeds = Long.getLong("faults.seeds", 20);
        AtomicLong next = new AtomicLong(first);
        Totals totals = new Totals();
        List<String> violations = Collections.synchronizedList(new ArrayList<>());
        int workers = (int) Math.min(AT_ONCE, seeds);
        ExecutorService pool = Executors.newFixedThreadPool(workers);
        try (PrintStream log = new PrintStream(new FileOutputStream("target/faults.log"), true)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                running.add(pool.submit(() -> {
                    try (LocalAws aws = LocalAws.start()) {
                        for (long seed = next.getAndIncrement(); seed < first + seeds; seed = next.getAndIncrement()) {
                            violations.addAll(tried(aws, seed, totals, log));
                        }
                        totals.addNotifications(aws.lostNotifications(), aws.doubledNotifications());
                    }
                    return null;
                }));
            }
            for (Future<?> worker : running) {
                worker.get();
            }
        } finally {
            pool.shutdownNow();
        }
        System.out.println(totals.line(violations.size()));
        assertThat(violations).isEmpty();
    }

    private static List<String> tried(LocalAws aws, long seed, Totals totals, PrintStream log) {
        Trial trial = new Trial(aws, seed);
        List<String> found;
        try {
            found = trial.run();
        } catch (Exception e) {
            found = List.of("it could not be carried out: " + e);
        }
        trial.count(totals);
        log.printf("seed %d: %s%s%n", seed, trial, found.isEmpty() ? "" : ", " + found);
        return found.stream()
                .map(violation -> "seed " + seed + " (" + trial + "): " + violation)
                .toList();
    }
}
