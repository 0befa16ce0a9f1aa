package io.github.camelsagemaker.async.landing;

import io.github.camelsagemaker.async.error.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore.Permit;
import io.github.camelsagemaker.async.settle.Settlement;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks through S3 from time to time for results whose notification was lost, and hands them in as the queue does: with the
 * same permits, and past the same repositories. Rounds never overlap, and none holds a thread while it waits.
 *
 * <p>Thread-safe.
 */
public final class Reconciliation {

    private static final Logger LOG = LoggerFactory.getLogger(Reconciliation.class);

    private final BucketScan scan;
    private final Predicate<Landing> candidates;
    private final LandingHandler handler;
    private final Function<Landing, Settlement> settlements;
    private final AsyncSemaphore permits;
    private final LeftToQueue left;
    private final Duration interval;
    private final ScheduledExecutorService timer;
    private final Executor workers;
    private final BiConsumer<String, Throwable> reporter;
    private volatile boolean stopped;

    /**
     * @param candidates which results are worth handing in; it may block and throw
     * @param left is told what became of each
     * @param interval the pause between two rounds
     * @param timer for short tasks, not shut down here
     * @param workers for tasks that may block
     * @param reporter is told when a round could not be finished
     */
    public Reconciliation(
            BucketScan scan,
            Predicate<Landing> candidates,
            LandingHandler handler,
            Function<Landing, Settlement> settlements,
            AsyncSemaphore permits,
            LeftToQueue left,
            Duration interval,
            ScheduledExecutorService timer,
            Executor workers,
            BiConsumer<String, Throwable> reporter) {
        this.scan = scan;
        this.candidates = candidates;
        this.handler = handler;
        this.settlements = settlements;
        this.permits = permits;
        this.left = left;
        this.interval = interval;
        this.timer = timer;
        this.workers = workers;
        this.reporter = reporter;
    }

    /** Begins the first round after half an interval to a whole one, so that several nodes do not look at once. */
    public void start() {
        long millis = interval.toMillis();
        schedule(millis / 2 + ThreadLocalRandom.current().nextLong(millis - millis / 2 + 1));
    }

    /** Begins no more rounds, and ends a running one soon. */
    public void stop() {
        stopped = true;
    }

    private void schedule(long delayMillis) {
        if (stopped) {
            return;
        }
        try {
            timer.schedule(() -> workers.execute(() -> new Round().begin()), delayMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("No more reconciliation: the consumer stops");
        }
    }

    /** One look at everything. Its steps follow each other on the workers. */
    private final class Round {

        private BucketScan.Page page;
        private Iterator<Landing> landings;
        private int handedIn;

        void begin() {
            guarded(() -> {
                scan.restart();
                fetch();
            });
        }

        private void fetch() {
            if (stopped || permits.isPaused()) {
                // What would be found could not be handed in.
                throw new CancellationException();
            }
            scan.fetch()
                    .whenCompleteAsync(
                            (fetched, failure) -> guarded(() -> {
                                if (failure != null) {
                                    throw AwsErrors.translate("ListObjectsV2", "results", failure);
                                }
                                page = fetched;
                                landings = fetched.landings().iterator();
                                handInNext();
                            }),
                            workers);
        }

        private void handInNext() {
            while (landings.hasNext()) {
                Landing landing = landings.next();
                if (candidates.test(landing)) {
                    permits.next()
                            .whenCompleteAsync((permit, none) -> guarded(() -> handIn(landing, permit, none)), workers);
                    return;
                }
            }
            if (scan.passed(page)) {
                end();
            } else {
                fetch();
            }
        }

        private void handIn(Landing landing, Permit permit, Throwable none) {
            if (none != null) {
                throw new CancellationException();
            }
            handedIn++;
            CompletableFuture<LandingOutcome> handling;
            try {
                handling = handler.handle(landing, settlements.apply(landing));
            } catch (RuntimeException e) {
                permit.release();
                throw e;
            }
            handling.whenComplete((outcome, bug) -> {
                left.found(landing, outcome);
                permit.release();
            });
            handInNext();
        }

        private void guarded(Runnable step) {
            try {
                step.run();
            } catch (CancellationException e) {
                // Paused or stopped; the next round begins anew.
                end();
            } catch (RuntimeException e) {
                reporter.accept("The reconciliation could not be finished; the next one is in " + interval, e);
                end();
            }
        }

        private void end() {
            if (handedIn > 0) {
                LOG.info("The reconciliation handed in {} results that no notification had told of", handedIn);
            }
            schedule(interval.toMillis());
        }
    }
}
