package io.github.camelsagemaker.async.internal.reply;

import io.github.camelsagemaker.async.error.ReplyCancelledException;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import io.github.camelsagemaker.async.internal.concurrent.MemoryBudget;
import io.github.camelsagemaker.async.internal.concurrent.RouteStops;
import io.github.camelsagemaker.async.internal.result.BodyMode;
import io.github.camelsagemaker.async.internal.result.InferenceResult;
import io.github.camelsagemaker.async.internal.result.ResultEvent;
import io.github.camelsagemaker.async.internal.s3.BatchDeleter;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.support.LRUCacheFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * A producer's requests whose results exchanges wait for. Each ends exactly once: by its result, a failure, the time-out or a
 * stop, whichever comes first; what comes later is ignored. Nothing of it is left behind then, no timer, no entry.
 *
 * <p>Thread-safe; no method blocks. Exchanges go on on the workers only.
 */
public final class PendingReplies {

    private static final Logger LOG = LoggerFactory.getLogger(PendingReplies.class);

    private final Map<S3Location, PendingReply> byOutput = new ConcurrentHashMap<>();
    final Map<String, List<PendingReply>> byInferenceId = new ConcurrentHashMap<>();
    final Map<String, Sending> sending = new ConcurrentHashMap<>();
    private final Map<String, Boolean> failedIds = LRUCacheFactory.newLRUCache(1_000);
    private final RouteStops stops;
    final ScheduledExecutorService timer;
    final Executor workers;
    final AwaitedPath path = new AwaitedPath(Clock.systemUTC());
    final BatchDeleter delivered;
    final ReplyReads reads;
    final S3ReplySource source;
    private volatile String stopReason;
    private volatile Runnable whenEmpty;

    /**
     * @param timer of all producers, for short tasks
     * @param workers where exchanges go on; its threads may be blocked
     * @param pace how often S3 is asked, also where notifications announce results: some are lost
     */
    PendingReplies(
            ScheduledExecutorService timer,
            RouteStops stops,
            Executor workers,
            S3AsyncClient s3,
            BodyMode bodyMode,
            AsyncSemaphore permits,
            MemoryBudget memory,
            S3ReplySource.Pace pace) {
        this.timer = timer;
        this.stops = stops;
        this.workers = workers;
        this.delivered = new BatchDeleter(
                s3, timer, BatchDeleter.MOST, Duration.ofSeconds(1), lent -> {}, new ConcurrentHashMap<>());
        this.reads = new ReplyReads(this, s3, bodyMode, permits, memory);
        this.source = new S3ReplySource(this, s3, pace);
    }

    /** Refuses by a {@link ReplyCancelledException}, before anything is sent, what could not be awaited. */
    void checkOpen(Exchange exchange) {
        String reason = stopReason(exchange);
        if (reason != null) {
            throw new ReplyCancelledException(reason);
        }
    }

    /** The requests with one inference id that are on their way to SageMaker, their payloads first; ends when all were answered. */
    private static final class Sending extends CompletableFuture<Void> {
        private int underWay;
    }

    /** A request is on its way until {@link #sent}. */
    void sends(String inferenceId) {
        sending.compute(inferenceId, (id, there) -> {
            Sending begun = there != null ? there : new Sending();
            begun.underWay++;
            return begun;
        });
    }

    /** A request was answered, and entered; or it failed. Not for the SDK's threads: notifications may be settled here. */
    void sent(String inferenceId) {
        Sending begun = sending.get(inferenceId);
        Sending left = sending.computeIfPresent(inferenceId, (id, there) -> --there.underWay == 0 ? null : there);
        if (begun != null && left == null) {
            begun.complete(null);
        }
        runIfEmpty();
    }

    /** As {@link #sent}, for any thread: what waited for it goes on with the workers. */
    void notSent(String inferenceId) {
        workers.execute(() -> sent(inferenceId));
    }

    /** Ends when no request with this inference id is on its way: a notification may be quicker than the answer to its request. */
    CompletableFuture<Void> answered(String inferenceId) {
        Sending begun = inferenceId == null ? null : sending.get(inferenceId);
        return begun == null ? CompletableFuture.completedFuture(null) : begun;
    }

    /** Has a task run, by the workers, as soon as nothing is waited for any more; maybe more than once. */
    void whenEmpty(Runnable task) {
        whenEmpty = task;
        runIfEmpty();
    }

    private void runIfEmpty() {
        Runnable task = whenEmpty;
        if (task != null && byOutput.isEmpty() && sending.isEmpty()) {
            workers.execute(task);
        }
    }

    void await(PendingReply request, Duration timeout) {
        PendingReply other = byOutput.putIfAbsent(request.output, request);
        if (other != null) {
            fail(
                    request,
                    new IllegalStateException("SageMaker named the same output location for " + request + " and "
                            + other + ", which is still awaited: " + request.output));
            return;
        }
        byInferenceId.merge(
                request.inferenceId, List.of(request), (some, more) -> Stream.concat(some.stream(), more.stream())
                        .toList());
        try {
            request.timer(timer.schedule(() -> timeOut(request, timeout), timeout.toMillis(), TimeUnit.MILLISECONDS));
            source.watch(request);
        } catch (RejectedExecutionException e) {
            fail(request, request.cancelled("The timer of the component is stopped", e));
        } catch (RuntimeException e) {
            fail(request, e);
        }
        String reason = stopReason(request.exchange);
        if (reason != null) {
            fail(request, request.cancelled(reason, null));
        }
        if (request.hasEnded()) {
            // It ended while it was being entered: who ended it may have come too early to take it out.
            forget(request);
        }
    }

    /** Ends the request, unless it has ended. Ends after the exchange's next steps returned; at once if there was nothing to end. */
    CompletableFuture<Void> complete(PendingReply request, ResultEvent event, InferenceResult result) {
        return end(request, () -> request.completed(event, result), result::giveBackMemory);
    }

    CompletableFuture<Void> fail(PendingReply request, Exception failure) {
        failedIds.put(request.inferenceId, true);
        return end(request, () -> request.failed(failure), () -> {});
    }

    /** Whether an attempt with the same inference id, which the exchange chose, has failed: what is announced may be that. */
    boolean hasFailedBefore(PendingReply request) {
        return failedIds.containsKey(request.inferenceId);
    }

    private CompletableFuture<Void> end(PendingReply request, Runnable how, Runnable tooLate) {
        if (!request.end()) {
            tooLate.run();
            return CompletableFuture.completedFuture(null);
        }
        forget(request);
        return CompletableFuture.runAsync(how, workers).exceptionally(failure -> {
            LOG.error("The exchange of {} could not be continued", request, failure);
            return null;
        });
    }

    private void forget(PendingReply request) {
        byOutput.remove(request.output, request);
        byInferenceId.computeIfPresent(request.inferenceId, (id, requests) -> {
            List<PendingReply> others =
                    requests.stream().filter(other -> other != request).toList();
            return others.isEmpty() ? null : others;
        });
        source.forget(request);
        runIfEmpty();
    }

    private void timeOut(PendingReply request, Duration timeout) {
        source.lastLook(request).whenComplete((hint, bug) -> {
            if (request.hasEnded()) {
                return;
            }
            if (bug != null) {
                LOG.warn("The last look for {} ended early", request, bug);
            }
            fail(request, request.timedOut(timeout, hint));
        });
    }

    /** Ends all requests, and every later one at once. */
    void stop(String reason) {
        stopReason = reason;
        endStopped();
    }

    void endStopped() {
        Map<String, Integer> ended = new HashMap<>();
        for (PendingReply request : byOutput.values()) {
            String reason = stopReason(request.exchange);
            if (reason != null) {
                ended.merge(reason, 1, Integer::sum);
                fail(request, request.cancelled(reason, null));
            }
        }
        ended.forEach((reason, exchanges) ->
                LOG.warn("{}: {} exchanges wait no longer for their results, and fail", reason, exchanges));
    }

    private String stopReason(Exchange exchange) {
        return stopReason != null ? stopReason : stops.reasonFor(exchange);
    }

    /** Soon, and without anybody who waits: what cannot be deleted stays, and is logged by its name. */
    void delete(S3Location object) {
        delivered.delete(object, null, false, null).exceptionally(failure -> {
            LOG.warn(
                    "The delivered object {} could not be deleted and stays (options deleteResultAfterAwait and"
                            + " deleteInputAfterAwait)",
                    object,
                    failure);
            return null;
        });
    }

    /** The request whose output will be there, or null. */
    PendingReply at(S3Location output) {
        return byOutput.get(output);
    }

    public int size() {
        return byOutput.size();
    }

    /** The waiting requests with this inference id, which may be null; several only if exchanges use it at the same time. */
    List<PendingReply> withId(String inferenceId) {
        return inferenceId == null ? List.of() : byInferenceId.getOrDefault(inferenceId, List.of());
    }
}
