package io.github.camelsagemaker.async.await;

import io.github.camelsagemaker.async.await.LocationGroup.Kind;
import io.github.camelsagemaker.async.result.S3Location;
import java.util.Map;
import java.util.Objects;
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
 * one; see {@link PrefixPoller} for what is asked. Failures are looked for where SageMaker said that they would be. Whichever
 * of the two is seen first ends the request.
 */
final class S3ReplySource implements ReplySource {

    private static final Logger LOG = LoggerFactory.getLogger(S3ReplySource.class);

    /** Within the time that a last look may take. */
    private static final int LOOKS_AGAIN = 2;

    private static final long LOOK_AGAIN_MILLIS = 600;

    private final Map<LocationGroup, PrefixPoller> pollers = new ConcurrentHashMap<>();
    private final S3Problems problems = new S3Problems();
    private final AtomicBoolean toldNoFailurePath = new AtomicBoolean();
    private final S3AsyncClient s3;
    private final ReplyReads reads;
    private final String root;
    private final PollBackoff backoff;
    private final ScheduledExecutorService timer;

    /**
     * @param s3 the client for listings, not closed here
     * @param root what the reserved path of this producer begins with
     * @param timer runs one short task for each look
     */
    S3ReplySource(
            S3AsyncClient s3, ReplyReads reads, String root, PollBackoff backoff, ScheduledExecutorService timer) {
        this.s3 = s3;
        this.reads = reads;
        this.root = root;
        this.backoff = backoff;
        this.timer = timer;
    }

    @Override
    public void watch(WaitingRequest request) {
        request.kinds().forEach(kind -> enter(request, kind));
        if (request.failure() == null && toldNoFailurePath.compareAndSet(false, true)) {
            LOG.warn(
                    "SageMaker endpoint '{}' has no failure path (S3FailurePath), so a failed inference leaves no trace, and"
                            + " its exchange can only end in a time-out",
                    request.endpointName());
        }
    }

    private void enter(WaitingRequest request, Kind kind) {
        pollers.compute(group(request, kind), (group, poller) -> {
            PrefixPoller entered = poller != null ? poller : open(group);
            entered.pending().add(request.place(kind).key(), request);
            if (poller == null) {
                entered.schedule();
            }
            return entered;
        });
    }

    private PrefixPoller open(LocationGroup group) {
        return new PrefixPoller(group, s3, reads, problems, backoff, timer, request -> {
            enter(request, group.kind());
            if (request.hasEnded()) {
                forget(request);
            }
        });
    }

    @Override
    public void forget(WaitingRequest request) {
        request.kinds()
                .forEach(kind -> pollers.computeIfPresent(group(request, kind), (group, poller) -> {
                    poller.pending().remove(request.place(kind).key(), request);
                    if (poller.pending().size() > 0) {
                        return poller;
                    }
                    poller.close();
                    return null;
                }));
    }

    private LocationGroup group(WaitingRequest request, Kind kind) {
        return LocationGroup.of(request.place(kind), kind, root);
    }

    @Override
    public CompletableFuture<Void> lastLook(WaitingRequest request) {
        return CompletableFuture.allOf(request.kinds().stream()
                .map(kind -> lookAt(request, kind, LOOKS_AGAIN))
                .toArray(CompletableFuture[]::new));
    }

    /** An answer that is none of S3's must not be the last one. */
    private CompletableFuture<Void> lookAt(WaitingRequest request, Kind kind, int again) {
        return reads.read(request, kind)
                .handle((ended, failure) -> {
                    problems.report(group(request, kind), failure);
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
        PrefixPoller poller = pollers.get(LocationGroup.of(object, kind, root));
        return poller == null ? null : poller.pending().at(object.key());
    }

    @Override
    public String hint(WaitingRequest request) {
        return request.kinds().stream()
                .map(kind -> problems.hint(group(request, kind)))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** How many groups are looked at. */
    int groups() {
        return pollers.size();
    }
}
