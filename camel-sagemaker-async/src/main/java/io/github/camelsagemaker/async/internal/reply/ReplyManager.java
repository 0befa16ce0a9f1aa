package io.github.camelsagemaker.async.internal.reply;

import io.github.camelsagemaker.async.internal.EndpointContext;
import io.github.camelsagemaker.async.internal.concurrent.RouteStops;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all waiting of a component shares: the one timer, and who hears of it when the context or a route stops.
 *
 * <p>Thread-safe. The timer's thread exists while a producer awaits results.
 */
public final class ReplyManager {

    private static final Logger LOG = LoggerFactory.getLogger(ReplyManager.class);

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Supplier<CamelContext> context;
    final RouteStops stops;
    private final Map<PendingReplies, Supplier<CompletableFuture<Void>>> open = new ConcurrentHashMap<>();
    private final Set<CompletableFuture<Void>> endings = ConcurrentHashMap.newKeySet();
    private ScheduledExecutorService timer;

    /** @param context the context; asked for when the first producer begins to await results */
    public ReplyManager(Supplier<CamelContext> context, RouteStops stops) {
        this.context = context;
        this.stops = stops;
        stops.whenStopping(() -> open.keySet().forEach(PendingReplies::endStopped));
    }

    /** @param ending what is still to be done for a producer when nothing waits any more: at the latest with this object's end */
    void open(PendingReplies waiting, Supplier<CompletableFuture<Void>> ending) {
        open.put(waiting, ending);
    }

    /** Ends what still waits, unless that was done before. */
    void end(PendingReplies waiting) {
        Supplier<CompletableFuture<Void>> ending = open.remove(waiting);
        if (ending != null) {
            waiting.stop("The producer is being stopped");
            CompletableFuture<Void> end = ending.get();
            endings.add(end);
            end.whenComplete((done, failure) -> endings.remove(end));
        }
    }

    synchronized ScheduledExecutorService timer() {
        if (timer == null) {
            ThreadPoolProfile profile = new ThreadPoolProfile("sagemaker-async-await");
            profile.setPoolSize(1);
            profile.setMaxPoolSize(1);
            profile.setMaxQueueSize(-1); // Camel's default refuses the thousandth time-out
            profile.setRejectedPolicy(ThreadPoolRejectedPolicy.Abort);
            timer = context.get()
                    .getExecutorServiceManager()
                    .newScheduledThreadPool(this, "SageMakerAsyncAwait", profile);
            // Now it begins its thread. Were there none to be had when a request begins to wait, its exchange would end
            // twice.
            timer.execute(() -> {});
        }
        return timer;
    }

    /** Ends what still waits, and the timer. It can be used again afterwards. */
    public synchronized void close() {
        waiting().forEach(this::end);
        // One deadline for all, within that of the context's stop.
        long end = Math.min(
                System.nanoTime() + PATIENCE.toNanos(),
                stops.stoppingSince()
                        + EndpointContext.stopTimeout(context.get()).toNanos());
        try {
            CompletableFuture.allOf(endings.toArray(CompletableFuture[]::new))
                    .get(Math.max(end - System.nanoTime(), 0), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn(
                    "Producers that await results have not ended in time at the stop. Delivered results may not have been deleted,"
                            + " calls for reply queues are cut off, and own reply queues and their subscriptions may be left"
                            + " behind: the next producer to start removes these when their tag is over",
                    e);
        }
        if (timer != null) {
            context.get().getExecutorServiceManager().shutdownNow(timer);
            timer = null;
        }
    }

    public List<PendingReplies> waiting() {
        return List.copyOf(open.keySet());
    }
}
