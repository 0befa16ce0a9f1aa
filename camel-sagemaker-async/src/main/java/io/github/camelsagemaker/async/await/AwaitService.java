package io.github.camelsagemaker.async.await;

import io.github.camelsagemaker.async.internal.sqs.MessageReceiver;
import io.github.camelsagemaker.async.invoke.ConcurrencyLimit;
import io.github.camelsagemaker.async.landing.LandedContent;
import io.github.camelsagemaker.async.result.S3ResultReader;
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
public final class AwaitService implements AutoCloseable {

    private final Supplier<CamelContext> context;
    private final Map<WaitingRequests, DeliveredObjects> delivered = new ConcurrentHashMap<>();
    private final Set<WaitingRequests> open = delivered.keySet();
    private final Map<WaitingRequests, ReplyMessages> queues = new ConcurrentHashMap<>();
    private final Stops stops = new Stops();
    private ScheduledExecutorService timer;

    /** @param context the context; asked for when the first producer begins to await results */
    public AwaitService(Supplier<CamelContext> context) {
        this.context = context;
    }

    /** What one producer needs to await results. Thread-safe; no method blocks. */
    public final class Waiting {

        private final WaitingRequests requests;
        private final AwaitedPath path;
        private final DeliveredObjects delivered;
        private final NotificationReplySource notified;
        private final ScheduledExecutorService timer;
        private final Executor workers;

        private Waiting(
                WaitingRequests requests,
                AwaitedPath path,
                DeliveredObjects delivered,
                NotificationReplySource notified,
                ScheduledExecutorService timer,
                Executor workers) {
            this.requests = requests;
            this.path = path;
            this.delivered = delivered;
            this.notified = notified;
            this.timer = timer;
            this.workers = workers;
        }

        public WaitingRequests requests() {
            return requests;
        }

        public AwaitedPath path() {
            return path;
        }

        public DeliveredObjects delivered() {
            return delivered;
        }

        /** The timer of all producers, for short tasks. */
        public ScheduledExecutorService timer() {
            return timer;
        }

        /** A call to SageMaker begins whose result will be awaited. To be ended after its request was handed in. */
        public void beginCall(String inferenceId) {
            if (notified != null) {
                calls().begin(inferenceId);
            }
        }

        /** The call was answered and its request handed in. Not for the SDK's threads: notifications may be settled here. */
        public void endCall(String inferenceId) {
            if (notified != null) {
                calls().end(inferenceId);
            }
        }

        /** The call failed. For any thread: what waited for its end goes on with the workers. */
        public void failCall(String inferenceId) {
            if (notified != null) {
                workers.execute(() -> calls().end(inferenceId));
            }
        }

        CallsUnderWay calls() {
            return notified.calls();
        }

        /** Takes the messages of a reply queue; only with {@link AwaitSettings#notified}. */
        public ReplyMessages messages(MessageReceiver receiver, boolean own, ForeignReplies foreignReplies) {
            ReplyMessages messages = new ReplyMessages(notified, receiver, own, foreignReplies, workers);
            queues.put(requests, messages);
            return messages;
        }
    }

    /**
     * Prepares waiting for one producer.
     *
     * @param s3 the client, not closed here
     * @param workers where exchanges go on; its threads may be blocked
     */
    public Waiting open(AwaitSettings settings, AwaitedPath path, S3AsyncClient s3, Executor workers) {
        ScheduledExecutorService shared = start();
        NotificationReplySource[] notified = new NotificationReplySource[1];
        WaitingRequests requests = new WaitingRequests(shared, workers, waiting -> {
            ReplyReads reads = new ReplyReads(
                    new LandedContent(
                            new S3ResultReader(
                                    s3, settings.bodyMode(), "the endpoint's output path, with awaitResult=true"),
                            settings.bodyMode()),
                    s3,
                    new ConcurrencyLimit(settings.maxInFlight(), workers, Duration.ofMillis(500)),
                    waiting);
            S3ReplySource looks = new S3ReplySource(s3, reads, path.root(), settings.pace(), shared);
            if (settings.notified()) {
                notified[0] = new NotificationReplySource(looks, reads, waiting, path.root());
            }
            return settings.notified() ? notified[0] : looks;
        });
        DeliveredObjects objects = new DeliveredObjects(s3, shared);
        delivered.put(requests, objects);
        return new Waiting(requests, path, objects, notified[0], shared, workers);
    }

    /** Ends what still waits. */
    public void close(WaitingRequests requests) {
        open.remove(requests);
        queues.remove(requests);
        requests.stop("The producer is being stopped");
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
        Map<WaitingRequests, DeliveredObjects> all = Map.copyOf(delivered);
        all.keySet().forEach(this::close);
        DeliveredObjects.close(all.values());
        if (timer != null) {
            CamelContext camelContext = context.get();
            camelContext.getLifecycleStrategies().remove(stops);
            camelContext.getExecutorServiceManager().shutdownNow(timer);
            timer = null;
        }
    }

    /** The requests of all producers that await results. */
    public Collection<WaitingRequests> waiting() {
        return List.copyOf(open);
    }

    /** The messages of all producers that are told of results by a queue. */
    public Collection<ReplyMessages> messages() {
        return List.copyOf(queues.values());
    }

    /** Hears of stops before Camel waits for exchanges in flight. */
    private final class Stops extends LifecycleStrategySupport {

        @Override
        public void onContextStopping(CamelContext context) {
            open.forEach(requests -> requests.stop("The CamelContext is being stopped"));
        }

        @Override
        public void onRoutesAdd(Collection<Route> routes) {
            for (Route route : routes) {
                open.forEach(requests -> requests.startRoute(route.getRouteId()));
                route.addService(new RouteStop(route.getRouteId(), open));
            }
        }
    }

    /** Among a route's services, so that the shutdown strategy tells it when the route stops. */
    private record RouteStop(String routeId, Set<WaitingRequests> open) implements Service, ShutdownPrepared {

        @Override
        public void prepareShutdown(boolean suspendOnly, boolean forced) {
            if (!suspendOnly) {
                open.forEach(requests -> requests.stopRoute(routeId));
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

        @Override
        public boolean equals(Object other) {
            return other instanceof RouteStop stop && stop.routeId.equals(routeId) && stop.open == open;
        }

        @Override
        public int hashCode() {
            return routeId.hashCode();
        }
    }
}
