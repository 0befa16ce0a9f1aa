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
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all waiting of a component shares: the one timer, and the news that the context or a route stops.
 *
 * <p>Thread-safe. The timer's thread exists while a producer awaits results.
 */
public final class ReplyManager implements AutoCloseable, RouteStops.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(ReplyManager.class);

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Supplier<CamelContext> context;
    private final Set<PendingReplies> open = ConcurrentHashMap.newKeySet();
    private final Map<PendingReplies, Runnable> retired = new ConcurrentHashMap<>();
    private final Set<CompletableFuture<Void>> endings = ConcurrentHashMap.newKeySet();
    private ScheduledExecutorService timer;
    private volatile long stopsSince;

    /** @param context the context; asked for when the first producer begins to await results */
    public ReplyManager(Supplier<CamelContext> context) {
        this.context = context;
    }

    /** Prepares waiting for one producer, which is told when the context or a route stops. */
    PendingReplies open(Function<ScheduledExecutorService, PendingReplies> waitingWithTimer) {
        PendingReplies waiting = waitingWithTimer.apply(start());
        open.add(waiting);
        return waiting;
    }

    /** The producer has stopped, and something may wait still: its end comes at the latest with this object's. */
    void retire(PendingReplies waiting, Runnable end) {
        retired.put(waiting, end);
    }

    /** What is still to be done for a producer that has stopped. */
    void ending(CompletableFuture<Void> end) {
        endings.add(end);
        end.whenComplete((done, failure) -> endings.remove(end));
    }

    /** Ends what still waits. */
    void close(PendingReplies waiting) {
        open.remove(waiting);
        retired.remove(waiting);
        waiting.stop("The producer is being stopped");
    }

    private synchronized ScheduledExecutorService start() {
        if (timer == null) {
            timer = context.get()
                    .getExecutorServiceManager()
                    .newScheduledThreadPool(this, "SageMakerAsyncAwait", oneThread());
        }
        return timer;
    }

    private static ThreadPoolProfile oneThread() {
        ThreadPoolProfile profile = new ThreadPoolProfile("sagemaker-async-await");
        profile.setPoolSize(1);
        profile.setMaxPoolSize(1);
        profile.setMaxQueueSize(-1); // Camel's default refuses the thousandth time-out
        profile.setRejectedPolicy(ThreadPoolRejectedPolicy.Abort);
        return profile;
    }

    /**
     * Ends what still waits, and the timer. It can be used again afterwards.
     *
     * <p>A producer that was added to the context by itself is stopped after its component, whose clients are closed by then.
     * So what its delivered results left is deleted here.
     */
    @Override
    public synchronized void close() {
        if (!context.get().isStopping()) {
            stopsSince = System.nanoTime();
        }
        List.copyOf(retired.values()).forEach(Runnable::run);
        List<PendingReplies> all = waiting();
        all.forEach(this::close);
        all.forEach(waiting -> ending(waiting.delivered.flush()));
        awaitEndings();
        if (timer != null) {
            context.get().getExecutorServiceManager().shutdownNow(timer);
            timer = null;
        }
    }

    /** One deadline for all, within that of the context's stop. */
    private void awaitEndings() {
        long end = Math.min(
                System.nanoTime() + PATIENCE.toNanos(),
                stopsSince + EndpointContext.stopTimeout(context.get()).toNanos());
        try {
            CompletableFuture.allOf(endings.toArray(CompletableFuture[]::new))
                    .get(Math.max(end - System.nanoTime(), 0), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn(
                    "Delivered results may not have been deleted at the stop, and reply queues and their subscriptions may be left"
                            + " behind: the next producer to start removes these when their tag is over",
                    e);
        }
    }

    /** The requests of all producers that await results. */
    public List<PendingReplies> waiting() {
        return List.copyOf(open);
    }

    @Override
    public void contextStops() {
        stopsSince = System.nanoTime();
        open.forEach(requests -> requests.stop("The CamelContext is being stopped"));
    }

    @Override
    public void routeStops(String routeId) {
        open.forEach(requests -> requests.stopRoute(routeId));
    }

    @Override
    public void routeStarts(String routeId) {
        open.forEach(requests -> requests.startRoute(routeId));
    }
}
