package io.github.camelsagemaker.async.internal.reply;

import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import io.github.camelsagemaker.async.internal.result.BodyMode;
import io.github.camelsagemaker.async.internal.result.LandedContent;
import io.github.camelsagemaker.async.internal.result.ResultReader;
import io.github.camelsagemaker.async.internal.s3.BatchDeleter;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.Service;
import org.apache.camel.spi.ShutdownPrepared;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * What all waiting of a component shares: the one timer, and the news that the context or a route stops. Camel's graceful
 * shutdown waits for exchanges in flight before it stops producers, so waits must be ended earlier.
 *
 * <p>Thread-safe. The timer's thread exists while a producer awaits results.
 */
public final class ReplyManager implements AutoCloseable {

    private final Supplier<CamelContext> context;
    private final Set<Waiting> open = ConcurrentHashMap.newKeySet();
    private final Map<Waiting, Runnable> retired = new ConcurrentHashMap<>();
    private final Stops stops = new Stops();
    private ScheduledExecutorService timer;

    /** @param context the context; asked for when the first producer begins to await results */
    public ReplyManager(Supplier<CamelContext> context) {
        this.context = context;
    }

    /**
     * What one producer needs to await results. Thread-safe; no method blocks.
     *
     * @param timer the timer of all producers, for short tasks
     * @param workers where exchanges go on; its threads may be blocked
     */
    public record Waiting(
            PendingReplies requests,
            AwaitedPath path,
            BatchDeleter delivered,
            S3ReplySource looks,
            ReplyReads reads,
            ScheduledExecutorService timer,
            Executor workers) {}

    /**
     * Prepares waiting for one producer.
     *
     * @param bodyMode what becomes the body
     * @param backoff how often S3 is asked, also where notifications tell of results: some are lost
     * @param maxInFlight how many results are in memory at once
     * @param s3 the client, not closed here
     */
    public Waiting open(
            BodyMode bodyMode,
            PollBackoff backoff,
            int maxInFlight,
            AwaitedPath path,
            S3AsyncClient s3,
            Executor workers) {
        ScheduledExecutorService shared = start();
        PendingReplies requests = new PendingReplies(shared, workers);
        ReplyReads reads = new ReplyReads(
                new LandedContent(
                        new ResultReader(s3, "the endpoint's output path, with awaitResult=true", null), bodyMode),
                s3,
                new AsyncSemaphore(maxInFlight, workers, Duration.ofMillis(500)),
                requests);
        S3ReplySource looks = new S3ReplySource(s3, reads, path.root(), backoff, shared);
        requests.lookWith(looks);
        Waiting waiting = new Waiting(requests, path, new BatchDeleter(s3, shared), looks, reads, shared, workers);
        open.add(waiting);
        return waiting;
    }

    /** The producer has stopped, and something may wait still: its end comes at the latest with this object's. */
    void retire(Waiting waiting, Runnable end) {
        retired.put(waiting, end);
    }

    /** Ends what still waits. */
    public void close(Waiting waiting) {
        open.remove(waiting);
        retired.remove(waiting);
        waiting.requests().stop("The producer is being stopped");
    }

    private synchronized ScheduledExecutorService start() {
        if (timer == null) {
            CamelContext camelContext = context.get();
            timer = camelContext
                    .getExecutorServiceManager()
                    .newScheduledThreadPool(this, "SageMakerAsyncAwait", oneThread());
            camelContext.addLifecycleStrategy(stops);
            stops.onRoutesAdd(camelContext.getRoutes());
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
        List<Waiting> all = List.copyOf(open);
        all.forEach(this::close);
        BatchDeleter.close(all.stream().map(Waiting::delivered).toList());
        if (timer != null) {
            CamelContext camelContext = context.get();
            camelContext.getLifecycleStrategies().remove(stops);
            camelContext.getExecutorServiceManager().shutdownNow(timer);
            timer = null;
        }
    }

    /** The requests of all producers that await results. */
    public List<PendingReplies> waiting() {
        return open.stream().map(Waiting::requests).toList();
    }

    /** Hears of stops before Camel waits for exchanges in flight. */
    private final class Stops extends LifecycleStrategySupport {

        @Override
        public void onContextStopping(CamelContext context) {
            waiting().forEach(requests -> requests.stop("The CamelContext is being stopped"));
        }

        @Override
        public void onRoutesAdd(Collection<Route> routes) {
            for (Route route : routes) {
                waiting().forEach(requests -> requests.startRoute(route.getRouteId()));
                route.addService(new RouteStop(route.getRouteId(), ReplyManager.this));
            }
        }

        /** Routes that come and go leave nothing. */
        @Override
        public void onRoutesRemove(Collection<Route> routes) {
            for (Route route : routes) {
                waiting().forEach(requests -> requests.startRoute(route.getRouteId()));
            }
        }
    }

    /** Among a route's services, so that the shutdown strategy tells it when the route stops. */
    private record RouteStop(String routeId, ReplyManager all) implements Service, ShutdownPrepared {

        @Override
        public void prepareShutdown(boolean suspendOnly, boolean forced) {
            if (!suspendOnly) {
                all.waiting().forEach(requests -> requests.stopRoute(routeId));
            }
        }

        @Override
        public void start() {
            // It only listens.
        }

        @Override
        public void stop() {
            // It only listens.
        }
    }
}
