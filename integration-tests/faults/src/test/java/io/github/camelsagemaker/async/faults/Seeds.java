package io.github.camelsagemaker.async.faults;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tries a seed after the other, several at once, each with servers of its own, which keep what a trial leaves: {@code
 * -Dfaults.seeds=5000} tries that many, {@code -Dfaults.first=17 -Dfaults.seeds=1} one again.
 */
final class Seeds {

    /** Trials mostly wait: for back-off, visibility and time-outs. */
    private static final int AT_ONCE = 8;

    private static final int LONGEST_MINUTES = 60;

    private Seeds() {}

    /** One trial; tells in the log what it came to. */
    interface Trying {

        /** @return what was wrong */
        List<String> with(LocalAws aws, long seed, PrintStream log);
    }

    /** A trial of one seed. As text it tells what it came to. */
    interface Attempt {

        /** @return what was wrong */
        List<String> run() throws Exception;
    }

    /** What was wrong with the trial, with its seed. */
    static List<String> run(Attempt trial, long seed, PrintStream log) {
        List<String> found;
        FutureTask<List<String>> running = new FutureTask<>(trial::run);
        Thread thread = new Thread(running, "seed-" + seed);
        thread.setDaemon(true);
        thread.start();
        try {
            found = running.get(LONGEST_MINUTES, TimeUnit.MINUTES);
        } catch (TimeoutException e) {
            found = List.of("it hangs at " + List.of(thread.getStackTrace()));
        } catch (Exception e) {
            found = List.of("it could not be carried out: " + e);
        }
        log.printf("seed %d: %s%s%n", seed, trial, found.isEmpty() ? "" : ", " + found);
        return found.stream()
                .map(violation -> "seed " + seed + " (" + trial + "): " + violation)
                .toList();
    }

    /** All that was wrong. What each trial came to is in the file. */
    static List<String> tryAll(String logFile, Trying trying) throws Exception {
        long first = Long.getLong("faults.first", 1);
        long seeds = Long.getLong("faults.seeds", 6);
        AtomicLong next = new AtomicLong(first);
        List<String> violations = Collections.synchronizedList(new ArrayList<>());
        int workers = (int) Math.min(AT_ONCE, seeds);
        ExecutorService pool = Executors.newFixedThreadPool(workers);
        try (PrintStream log = new PrintStream(new FileOutputStream(logFile), true)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                running.add(pool.submit(() -> {
                    for (long seed = next.getAndIncrement(); seed < first + seeds; seed = next.getAndIncrement()) {
                        try (LocalAws aws = LocalAws.start()) {
                            violations.addAll(trying.with(aws, seed, log));
                        }
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
        return violations;
    }
}
