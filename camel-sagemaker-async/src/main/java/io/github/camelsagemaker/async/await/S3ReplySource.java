package io.github.camelsagemaker.async.await;

import io.github.camelsagemaker.async.await.LocationGroup.Kind;
import io.github.camelsagemaker.async.result.S3Location;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * Finds out by looking into S3 what landed. Requests are grouped by bucket and prefix, so that many cost hardly more than
 * one; see {@link GroupWatch} for what is asked. Failures are looked for where SageMaker said that they would be. Whichever
 * of the two is seen first ends the request.
 */
final class S3ReplySource implements ReplySource {

    private static final Logger LOG = LoggerFactory.getLogger(S3ReplySource.class);

    /** Within the time that a last look may take. */
    private static final int LOOKS_AGAIN = 2;

    private static final long LOOK_AGAIN_MILLIS = 600;

    private final Map<LocationGroup, GroupWatch> watches = new ConcurrentHashMap<>();
    private final S3Problems problems = new S3Problems();
    private final AtomicBoolean toldNoFailurePath = new AtomicBoolean();
    private final S3AsyncClient s3;
    private final ReplyReads reads;
    private final WaitingRequests waiting;
    private final String root;
    private final PollPace pace;
    private final ScheduledExecutorService timer;

    /**
     * @param s3 the client for listings, not closed here
     * @param root what the reserved path of this producer begins with
     * @param timer runs one short task for each look
     */
    S3ReplySource(
            S3AsyncClient s3,
            ReplyReads reads,
            WaitingRequests waiting,
            String root,
            PollPace pace,
            ScheduledExecutorService timer) {
        this.s3 = s3;
        this.reads = reads;
        this.waiting = waiting;
        this.root = root;
        this.pace = pace;
        this.timer = timer;
    }

    @Override
    public void watch(WaitingRequest request) {
        enter(request, Kind.OUTPUT);
        if (request.failure() != null) {
            enter(request, Kind.FAILURE);
        } else if (toldNoFailurePath.compareAndSet(false, true)) {
            LOG.warn(
                    "SageMaker endpoint '{}' has no failure path (S3FailurePath), so a failed inference leaves no trace, and"
                            + " its exchange can only end in a time-out",
                    request.endpointName());
        }
    }

    private void enter(WaitingRequest request, Kind kind) {
        S3Location place = place(request, kind);
        watches.compute(LocationGroup.of(place, kind, root), (group, watch) -> {
            GroupWatch entered = watch != null ? watch : open(group);
            entered.pending().add(place.key(), request);
            if (watch == null) {
                entered.schedule();
            }
            return entered;
        });
    }

    private GroupWatch open(LocationGroup group) {
        PendingObjects pending = new PendingObjects(group.prefix());
        return new GroupWatch(
                group,
                pending,
                new DirectLooks(group, pending, reads, problems),
                new ListingSweep(group, pending, s3, problems, request -> sighted(request, group)),
                problems,
                pace,
                timer);
    }

    @Override
    public void forget(WaitingRequest request) {
        leave(request, Kind.OUTPUT);
        if (request.failure() != null) {
            leave(request, Kind.FAILURE);
        }
    }

    private void leave(WaitingRequest request, Kind kind) {
        S3Location place = place(request, kind);
        watches.computeIfPresent(LocationGroup.of(place, kind, root), (group, watch) -> {
            watch.pending().remove(place.key(), request);
            if (watch.pending().size() > 0) {
                return watch;
            }
            watch.close();
            return null;
        });
    }

    private static S3Location place(WaitingRequest request, Kind kind) {
        return kind == Kind.OUTPUT ? request.output() : request.failure();
    }

    /** Its object is there; if it cannot be read, it is looked for again. */
    private void sighted(WaitingRequest request, LocationGroup group) {
        request.seen();
        reads.read(request, group.kind()).whenComplete((look, failure) -> {
            if (failure == null && look != Look.ABSENT) {
                return;
            }
            LOG.debug("{} is in the listing of {}, but could not be read", request, group, failure);
            enter(request, group.kind());
            if (request.hasEnded()) {
                forget(request);
            }
        });
    }

    @Override
    public CompletableFuture<Void> lastLook(WaitingRequest request) {
        CompletableFuture<Void> output = lookAt(request, Kind.OUTPUT, LOOKS_AGAIN);
        return request.failure() == null
                ? output
                : CompletableFuture.allOf(output, lookAt(request, Kind.FAILURE, LOOKS_AGAIN));
    }

    /** An answer that is none of S3's must not be the last one. */
    private CompletableFuture<Void> lookAt(WaitingRequest request, Kind kind, int again) {
        LocationGroup group = LocationGroup.of(place(request, kind), kind, root);
        return reads.read(request, kind)
                .handle((look, failure) -> {
                    problems.report(group, failure);
                    return failure != null && again > 0 && ReplyReads.mayPass(failure)
                            ? later(request, kind, again - 1)
                            : CompletableFuture.<Void>completedFuture(null);
                })
                .thenCompose(Function.identity());
    }

    private CompletableFuture<Void> later(WaitingRequest request, Kind kind, int again) {
        CompletableFuture<Void> pause = new CompletableFuture<>();
        try {
            timer.schedule(() -> pause.complete(null), LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("The component was stopped: no last look for {}", request, e);
            return CompletableFuture.completedFuture(null);
        }
        return pause.thenCompose(over -> lookAt(request, kind, again));
    }

    /** The request that awaits this object, or null. */
    WaitingRequest awaiting(S3Location object, Kind kind) {
        GroupWatch watch = watches.get(LocationGroup.of(object, kind, root));
        return watch == null ? null : watch.pending().at(object.key());
    }

    @Override
    public String hint(WaitingRequest request) {
        String hint = problems.hint(LocationGroup.of(request.output(), Kind.OUTPUT, root));
        return hint != null || request.failure() == null
                ? hint
                : problems.hint(LocationGroup.of(request.failure(), Kind.FAILURE, root));
    }

    /** How many groups are looked at. */
    int groups() {
        return watches.size();
    }
}
