package io.github.camelsagemaker.async.await;

import io.github.camelsagemaker.async.await.LocationGroup.Kind;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the awaited objects of one group again and again, one look after the other, until it is closed.
 *
 * <p>Up to ten awaited objects are read each, whether they are there or not: a listing costs what ten reads cost. If there
 * were ever more, they are listed until none is left, and what is there is read. What cannot be listed is read with a limit
 * on reads in vain: least recently looked at first, one failure or ten outputs at a time, and ever more as long as all are
 * there. Failures are rare, and collect at the front, because what succeeded is taken out. Thread-safe.
 */
final class GroupWatch {

    private static final Logger LOG = LoggerFactory.getLogger(GroupWatch.class);

    /** Up to so many objects are read without a listing. */
    static final int FEW = 10;

    private final LocationGroup group;
    private final PendingObjects pending;
    private final DirectLooks looks;
    private final ListingSweep sweep;
    private final S3Problems problems;
    private final PollPace pace;
    private final ScheduledExecutorService timer;

    private boolean many;
    private boolean closed;
    private Future<?> next;

    GroupWatch(
            LocationGroup group,
            PendingObjects pending,
            DirectLooks looks,
            ListingSweep sweep,
            S3Problems problems,
            PollPace pace,
            ScheduledExecutorService timer) {
        this.group = group;
        this.pending = pending;
        this.looks = looks;
        this.sweep = sweep;
        this.problems = problems;
        this.pace = pace;
        this.timer = timer;
    }

    PendingObjects pending() {
        return pending;
    }

    /** Has the next look begin after the interval that the pace asks for. */
    synchronized void schedule() {
        if (closed) {
            return;
        }
        try {
            next = timer.schedule(this::look, pace.intervalNanos(pending.youngestAge()), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("The component was stopped: no more looks below {}", group, e);
        }
    }

    /** Ends looking. A look that is under way ends by itself. */
    synchronized void close() {
        closed = true;
        if (next != null) {
            next.cancel(false);
        }
    }

    private void look() {
        CompletableFuture<Void> look;
        try {
            look = begin();
        } catch (RuntimeException e) {
            look = CompletableFuture.failedFuture(e);
        }
        look.whenComplete((done, failure) -> {
            if (failure != null) {
                problems.failed(group, failure);
            }
            schedule();
        });
    }

    private CompletableFuture<Void> begin() {
        if (isMany()) {
            return group.reserved() && !problems.isUnlistable(group)
                    ? sweep.run()
                    : looks.whileFound(group.kind() == Kind.FAILURE ? 1 : FEW);
        }
        return looks.once(FEW);
    }

    /** Stays true, or the last ones of many would each be read again and again. */
    private synchronized boolean isMany() {
        many |= pending.size() > FEW;
        return many;
    }
}
