package io.github.camelsagemaker.async.await;

import io.github.camelsagemaker.async.await.LocationGroup.Kind;
import io.github.camelsagemaker.async.error.AwsErrors;
import io.github.camelsagemaker.async.error.S3Answers;
import io.github.camelsagemaker.async.internal.s3.ObjectPage;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * Looks at the awaited objects of one group again and again, one look after the other, until it is closed.
 *
 * <p>Up to ten awaited objects are read each, whether they are there or not: a listing costs what ten reads cost. If there
 * were ever more, they are listed until none is left, and what is there is read. What cannot be listed is read with a limit
 * on reads in vain: least recently looked at first, one failure or ten outputs at a time, and ever more as long as all are
 * there. Failures are rare, and collect at the front, because what succeeded is taken out. Thread-safe; no method blocks.
 */
final class PrefixPoller {

    private static final Logger LOG = LoggerFactory.getLogger(PrefixPoller.class);

    /** Up to so many objects are read without a listing. */
    private static final int FEW = 10;

    private static final int MAX_WINDOW = 64;

    /** Objects found that pay for a further page of a listing. */
    private static final int EARNS_PAGE = 500;

    private final LocationGroup group;
    private final PendingObjects pending;
    private final S3AsyncClient s3;
    private final ReplyReads reads;
    private final S3Problems problems;
    private final PollBackoff backoff;
    private final ScheduledExecutorService timer;
    private final Consumer<WaitingRequest> again;

    private boolean many;
    private boolean closed;
    private Future<?> next;

    // Where listing goes on; without a lock, as there is one look at a time.
    private String position;
    private String token;
    private int earned;

    /**
     * @param s3 the client for listings, not closed here
     * @param timer runs one short task for each look
     * @param again enters a request anew that was listed, and taken out, but could not be read
     */
    PrefixPoller(
            LocationGroup group,
            S3AsyncClient s3,
            ReplyReads reads,
            S3Problems problems,
            PollBackoff backoff,
            ScheduledExecutorService timer,
            Consumer<WaitingRequest> again) {
        this.group = group;
        this.pending = new PendingObjects(group.prefix());
        this.s3 = s3;
        this.reads = reads;
        this.problems = problems;
        this.backoff = backoff;
        this.timer = timer;
        this.again = again;
    }

    PendingObjects pending() {
        return pending;
    }

    /** Has the next look begin after the interval that the backoff asks for. */
    synchronized void schedule() {
        if (closed) {
            return;
        }
        try {
            next = timer.schedule(this::look, backoff.intervalNanos(pending.youngestAge()), TimeUnit.NANOSECONDS);
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
        CompletableFuture<Void> done = new CompletableFuture<>();
        done.whenComplete((looked, failure) -> {
            if (failure != null) {
                problems.failed(group, failure);
            }
            schedule();
        });
        try {
            if (!isMany()) {
                read(FEW, false, done);
            } else if (group.reserved() && !problems.isUnlistable(group)) {
                list(done);
            } else {
                read(group.kind() == Kind.FAILURE ? 1 : FEW, true, done);
            }
        } catch (RuntimeException e) {
            done.completeExceptionally(e);
        }
    }

    /** Stays true, or the last ones of many would each be read again and again. */
    private synchronized boolean isMany() {
        many |= pending.size() > FEW;
        return many;
    }

    /** Reads up to so many objects without knowing whether they are there; if wished, ever more as long as all of them are. */
    private void read(int count, boolean whileFound, CompletableFuture<Void> done) {
        List<WaitingRequest> requests = pending.leastRecent(count);
        AtomicBoolean inVain = new AtomicBoolean(requests.isEmpty());
        CompletableFuture<?>[] looks = requests.stream()
                .map(request -> reads.read(request, group.kind()).handle((ended, failure) -> {
                    if (failure != null || !ended) {
                        inVain.set(true);
                    }
                    problems.report(group, failure);
                    return null;
                }))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(looks).whenComplete((all, failure) -> {
            if (whileFound && !inVain.get()) {
                read(Math.min(2 * count, MAX_WINDOW), true, done);
            } else {
                done.complete(null);
            }
        });
    }

    /**
     * Finds out by listing which objects are there. A look asks for one page; every further page must have been earned by
     * objects found. It goes on where the last one ended, and skips time buckets in which nothing is awaited.
     */
    private void list(CompletableFuture<Void> done) {
        String after = listAfter();
        if (after == null) {
            done.complete(null);
            return;
        }
        ObjectPage.list(s3, group.bucket(), group.prefix(), after.equals(position) ? token : null, after)
                .whenComplete((page, failure) -> {
                    if (failure != null) {
                        refused(failure);
                        done.complete(null);
                        return;
                    }
                    problems.answered(group);
                    if (mayGoOn(after, page, take(page))) {
                        list(done);
                    } else {
                        done.complete(null);
                    }
                });
    }

    private String listAfter() {
        String after = pending.listAfter(position);
        if (after == null && position != null) {
            position = null;
            after = pending.listAfter(null);
        }
        return after;
    }

    private int take(ObjectPage page) {
        List<WaitingRequest> found = page.objects().stream()
                .map(object -> pending.take(object.key()))
                .filter(Objects::nonNull)
                .toList();
        found.forEach(this::listed);
        return found.size();
    }

    /** Its object is there; if it cannot be read, it is looked for again. */
    private void listed(WaitingRequest request) {
        request.seen();
        reads.read(request, group.kind()).whenComplete((ended, failure) -> {
            if (failure != null || !ended) {
                LOG.debug("{} is in the listing of {}, but could not be read", request, group, failure);
                again.accept(request);
            }
        });
    }

    private boolean mayGoOn(String after, ObjectPage page, int found) {
        earned += found;
        String reached = page.lastKey() == null ? after : page.lastKey();
        position = page.last() ? null : reached;
        token = page.token();
        if (page.last() || earned < EARNS_PAGE) {
            return false;
        }
        earned -= EARNS_PAGE;
        return true;
    }

    private void refused(Throwable failure) {
        token = null; // it may be what S3 does not like; the position leads on as well
        RuntimeException cause = AwsErrors.translate(
                "ListObjectsV2", "'" + group + "' (the endpoint's output path, with awaitResult=true)", failure);
        if (S3Answers.isDenied(failure)) {
            problems.unlistable(group, cause);
        } else {
            problems.failed(group, cause);
        }
    }
}
