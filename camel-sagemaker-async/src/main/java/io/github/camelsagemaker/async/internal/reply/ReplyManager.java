package io.github.camelsagemaker.async.internal.reply;

import io.github.camelsagemaker.async.internal.concurrent.RouteStops;
import io.github.camelsagemaker.async.internal.s3.BatchDeleter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;

/**
 * What all waiting of a component shares: the one timer, and the news that the context or a route stops.
 *
 * <p>Thread-safe. The timer's thread exists while a producer awaits results.
 */
public final class ReplyManager implements AutoCloseable, RouteStops.Listener {

    private final Supplier<CamelContext> context;
    private final Set<PendingReplies> open = ConcurrentHashMap.newKeySet();
    private final Map<PendingReplies, Runnable> retired = new ConcurrentHashMap<>();
    private ScheduledExecutorService timer;

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
        List.copyOf(retired.values()).forEach(Runnable::run);
        List<PendingReplies> all = waiting();
        all.forEach(this::close);
        BatchDeleter.close(all.stream().map(waiting -> waiting.delivered).toList());
        if (timer != null) {
            context.get().getExecutorServiceManager().shutdownNow(timer);
            timer = null;
        }
    }

    /** The requests of all producers that await results. */
    public List<PendingReplies> waiting() {
        return List.copyOf(open);
    }

    @Override
    public void contextStops() {
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
