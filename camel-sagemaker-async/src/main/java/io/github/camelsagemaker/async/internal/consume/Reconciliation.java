package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore.Permit;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.consume.BucketScan.Page;
import io.github.camelsagemaker.async.internal.result.Landing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks through S3 from time to time for results whose notification was lost, and hands them in as the queue does: with the
 * same permits, and past the same repositories. Rounds never overlap: a thread of their own goes through them.
 *
 * <p>Thread-safe.
 */
public final class Reconciliation {

    private static final Logger LOG = LoggerFactory.getLogger(Reconciliation.class);

    private final BucketScan scan;
    private final ListedResults listed;
    private final Predicate<Landing> candidates;
    private final AsyncSemaphore permits;
    private final LeftToQueue left;
    private final Duration interval;
    private final ScheduledExecutorService thread;
    private final BiConsumer<String, Throwable> reporter;
    private ScheduledFuture<?> rounds;

    /**
     * How old a result must be, and may be, for the reconciliation to take it: old enough that its notification is not just on
     * its way, young enough that nobody has dealt with it otherwise.
     */
    public record AgeWindow(Duration min, Duration max, Clock clock) {

        /** Whether something of this time is inside; what has no time is not. */
        public boolean contains(Instant time) {
            if (time == null) {
                return false;
            }
            Duration age = Duration.between(time, clock.instant());
            return age.compareTo(min) >= 0 && age.compareTo(max) <= 0;
        }
    }

    /**
     * @param interval the pause between two rounds
     * @param thread waits for S3 and for permits; not shut down here
     */
    public Reconciliation(
            BucketScan scan,
            ListedResults listed,
            Predicate<Landing> candidates,
            AsyncSemaphore permits,
            LeftToQueue left,
            Duration interval,
            ScheduledExecutorService thread,
            BiConsumer<String, Throwable> reporter) {
        this.scan = scan;
        this.listed = listed;
        this.candidates = candidates;
        this.permits = permits;
        this.left = left;
        this.interval = interval;
        this.thread = thread;
        this.reporter = reporter;
    }

    /** Begins the first round after half an interval to a whole one, so that several nodes do not look at once. */
    public void start() {
        long millis = interval.toMillis();
        long first = millis / 2 + ThreadLocalRandom.current().nextLong(millis - millis / 2 + 1);
        rounds = thread.scheduleWithFixedDelay(this::run, first, millis, TimeUnit.MILLISECONDS);
    }

    /** Begins no more rounds, and ends a running one soon. */
    public void stop() {
        rounds.cancel(false);
        scan.pause();
    }

    private void run() {
        try {
            int handedIn = round();
            if (handedIn > 0) {
                LOG.info("The reconciliation handed in {} results that no notification had told of", handedIn);
            }
        } catch (CancellationException e) {
            LOG.debug("Paused or stopped; the next round begins anew");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable e) { // whatever a repository or an expression of the user throws
            scan.putOff(false);
            reporter.accept(
                    "The reconciliation could not be finished; the next one is in " + interval, Futures.unwrap(e));
        }
    }

    /** Looks at everything, and tells how many results it handed in. */
    private int round() throws InterruptedException, ExecutionException {
        int handedIn = 0;
        boolean over = false;
        scan.restart();
        while (!over && !permits.isPaused()) {
            Optional<Page> page = scan.next();
            if (page.isEmpty()) {
                break;
            }
            List<Landing> found =
                    page.get().landings().stream().filter(candidates).toList();
            for (Landing landing : listed.due(found, Integer.MAX_VALUE)) {
                Optional<Permit> permit = permits.acquire();
                if (permit.isEmpty()) {
                    return handedIn;
                }
                handIn(landing, permit.get());
                handedIn++;
            }
            over = scan.passed(page.get());
        }
        return handedIn;
    }

    private void handIn(Landing landing, Permit permit) {
        CompletableFuture<LandingOutcome> handling;
        try {
            handling = listed.handle(landing, exchange -> {});
        } catch (RuntimeException | Error e) {
            permit.release();
            throw e;
        }
        handling.whenComplete((outcome, failure) -> {
            left.found(landing, outcome);
            permit.release();
        });
    }
}
