package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.ForeignMessages;
import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.internal.EndpointContext;
import io.github.camelsagemaker.async.internal.EndpointPart;
import io.github.camelsagemaker.async.internal.PlaceClaims;
import io.github.camelsagemaker.async.internal.aws.Startup;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.concurrent.MemoryBudget;
import io.github.camelsagemaker.async.internal.concurrent.StartPatience;
import io.github.camelsagemaker.async.internal.concurrent.WorkerPool;
import io.github.camelsagemaker.async.internal.observe.CallHealth;
import io.github.camelsagemaker.async.internal.observe.Metric;
import io.github.camelsagemaker.async.internal.observe.Observability;
import io.github.camelsagemaker.async.internal.observe.ResultObserver;
import io.github.camelsagemaker.async.internal.result.RequestRecords;
import io.github.camelsagemaker.async.internal.result.ResultContent;
import io.github.camelsagemaker.async.internal.result.ResultContent.VersionNeed;
import io.github.camelsagemaker.async.internal.result.ResultReader;
import io.github.camelsagemaker.async.internal.s3.BatchDeleter;
import io.github.camelsagemaker.async.internal.s3.RequiredBuckets;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import io.github.camelsagemaker.async.internal.s3.StagedInputs;
import io.github.camelsagemaker.async.internal.sqs.MessageReceiver;
import io.github.camelsagemaker.async.internal.sqs.MessageReceiver.QueueSettings;
import io.github.camelsagemaker.async.internal.sqs.QueueProvisioner;
import io.github.camelsagemaker.async.internal.sqs.RedeliveryBackoff;
import io.github.camelsagemaker.async.internal.tracking.ExpirySweep;
import io.github.camelsagemaker.async.internal.tracking.TrackingSettings;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.HealthCheckComponent;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.util.function.ThrowingRunnable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * What both consumers are between their first start and their last stop: the checked options, a session after the other, what
 * outlives a session, and the health check, which Camel's repository of consumers shows as that of the route.
 */
public final class ConsumerRuntime implements EndpointPart {

    private static final Logger LOG = LoggerFactory.getLogger(ConsumerRuntime.class);

    /** Camel's default of 1,000 keys is less than one busy minute. */
    private static final int HANDLED_IN_MEMORY = 10_000;

    /** No queue is made before S3 has said that a bucket is missing; but a silent S3 does not hold it up. */
    private static final int BUCKETS_FIRST_SECONDS = 2;

    /** How far apart routes ask SageMaker whether they will get anything, in milliseconds. */
    private static final int COMPARED_APART = 200;

    /** A claim on a tracked request is renewed this often within its lease. */
    private static final int RENEWALS = 3;

    private final DefaultConsumer consumer;
    private final Shared shared;
    private final Supplier<EndpointContext> endpoint;

    /** As long as the consumer lives, because exchanges may outlive a stop that was forced. */
    private final IdempotentRepository handledInMemory =
            MemoryIdempotentRepository.memoryIdempotentRepository(HANDLED_IN_MEMORY);

    private volatile Start start;
    private volatile ResultObserver observer = ResultObserver.none();
    private volatile Session session;
    private volatile String endpointName;
    private boolean paused;
    private final AtomicBoolean compared = new AtomicBoolean();

    /** What all routes, sessions and consumers share, partly with producers, too. */
    public record Shared(
            StagedInputs staged,
            ReconcileExclusions left,
            ResultClaims claims,
            RequiredBuckets buckets,
            StartPatience endpoints,
            StartPatience queues,
            Observability observability,
            ScanPaces paces,
            IntSupplier comparedAfter,
            Executor workers) {}

    /** @param endpoint begins to use the endpoint, for one session */
    public ConsumerRuntime(DefaultConsumer consumer, Shared shared, Supplier<EndpointContext> endpoint) {
        this.consumer = consumer;
        this.shared = shared;
        this.endpoint = endpoint;
    }

    public void init(SageMakerAsyncConfiguration options, HealthCheckComponent component) {
        CallHealth.Check check = new CallHealth.Check(
                "consumer:" + consumer.getRouteId(),
                consumer.getEndpoint().getEndpointUri(),
                () -> observer.health(),
                // A start has asked SQS already, and an empty queue answers after waitTimeSeconds only.
                options.getNotificationQueue() == null);
        check.setEnabled(component.isHealthCheckConsumerEnabled());
        consumer.setHealthCheck(check);
        ConsumerSettings.of(options);
    }

    /**
     * Begins a session; or goes on with the one that a stop gave up. Reads the SageMaker endpoint's configuration if it shall, finds or
     * creates the queue, and waits for that: the start of a route is synchronous in Camel. Where the configuration is not read yet, the
     * session begins later.
     *
     * @throws Exception if a place belongs to another endpoint, AWS refuses, or a repository cannot start; then nothing stays
     *     open
     */
    @Override
    public void begin() throws Exception {
        pause(consumer.isSuspended());
        if (session != null && session.isOpen()) {
            return;
        }
        session = null;
        prepareStartingRoutes();
        Start begun = prepare();
        endpointName = begun.endpoint.name();
        observer = shared.observability().results(endpointName);
        boolean discovers = begun.endpoint.options().isDiscoverEndpoint();
        try {
            new Startup<Preparation>(
                            who() + " does not know yet where its SageMaker endpoint writes, and is not ready",
                            () -> ask(begun.endpoint),
                            prepared -> open(begun, prepared),
                            failure -> observer.called("discoverEndpoint", failure),
                            consumer.getExceptionHandler()::handleException,
                            () -> start != begun,
                            shared.workers())
                    .begin(begun.answer, discovers ? shared.endpoints() : new StartPatience());
        } catch (Exception e) {
            giveUpStart();
            throw e;
        }
    }

    @Override
    public Facts facts() {
        return new Facts(
                endpointName,
                "consumer " + Objects.requireNonNullElse(consumer.getRouteId(), "that is polled"),
                ((ConsumerStatistics) consumer).numbers());
    }

    private void open(Start begun, Preparation prepared) throws Exception {
        synchronized (this) {
            if (start != begun) {
                return;
            }
            begun.endpoint.clients().hold(); // the session's own, which one that cannot begin gives up
        }
        // Waits for AWS, and for users' repositories, which may be silent: a stop must not wait for that.
        Session begins = new Session(prepared, observer);
        if (!adopt(begun, begins)) {
            begins.close();
        }
    }

    /** Whether the consumer was not stopped meanwhile. */
    private synchronized boolean adopt(Start begun, Session begins) {
        if (start != begun) {
            return false;
        }
        session = begins;
        giveUpStart();
        observer.gauge(Metric.RESULTS_IN_FLIGHT, begins::inFlight);
        pause(paused);
        return true;
    }

    /** From when AWS is asked until a session has begun. */
    private record Start(EndpointContext endpoint, CompletableFuture<Preparation> answer) {}

    /** What AWS was asked for a start, and what it answers; the queue is null without one. */
    private record Preparation(
            EndpointContext endpoint,
            ConsumerSettings settings,
            CompletableFuture<Boolean> buckets,
            CompletableFuture<QueueSettings> queue) {}

    /** Side by side, as Camel starts them one after the other. */
    private void prepareStartingRoutes() {
        CamelContext camel = consumer.getEndpoint().getCamelContext();
        if (!camel.getStatus().isStarting()) {
            return;
        }
        for (Route route : camel.getRoutes()) {
            if (route.isAutoStartup() && route.getConsumer() instanceof ConsumerStatistics other) {
                try {
                    ServiceHelper.initService(route.getConsumer());
                    other.runtime().prepare();
                } catch (RuntimeException e) {
                    LOG.debug("Route {} cannot be prepared; its start tells why", route.getRouteId(), e);
                }
            }
        }
    }

    private synchronized Start prepare() {
        if (start == null && (session == null || !session.isOpen())) {
            EndpointContext context = endpoint.get();
            start = new Start(context, ask(context));
        }
        return start;
    }

    private CompletableFuture<Preparation> ask(EndpointContext context) {
        return Futures.call(() -> {
            if (!context.options().isDiscoverEndpoint()) {
                return CompletableFuture.completedFuture(prepared(context));
            }
            try {
                return new EndpointDiscovery(context).complete().thenApplyAsync(this::prepared, shared.workers());
            } catch (NoClassDefFoundError e) {
                throw new IllegalArgumentException(
                        "Option discoverEndpoint=true needs software.amazon.awssdk:sagemaker on the class path: add it",
                        e);
            }
        });
    }

    private Preparation prepared(EndpointContext context) {
        ConsumerSettings settings = ConsumerSettings.of(context.options());
        CompletableFuture<Boolean> buckets = context.options().isCheckBucketsAtStart()
                ? shared.buckets().ask(context.clients().s3(), settings.places())
                : CompletableFuture.completedFuture(false);
        CompletableFuture<QueueSettings> queue = context.options().getNotificationQueue() == null
                ? null
                : buckets.copy()
                        .completeOnTimeout(false, BUCKETS_FIRST_SECONDS, TimeUnit.SECONDS)
                        .thenCompose(there -> queueOf(context));
        return new Preparation(context, settings, buckets, queue);
    }

    private CompletableFuture<QueueSettings> queueOf(EndpointContext context) {
        boolean leaves = context.options().getForeignMessages() == ForeignMessages.LEAVE;
        return QueueProvisioner.of(context.clients(), context.options())
                .begin(context.options(), leaves ? "foreignMessages=LEAVE" : null);
    }

    /** While paused, nothing more begins. What is handled already goes on. */
    public synchronized void pause(boolean value) {
        paused = value;
        if (session != null && paused) {
            session.pause();
        } else if (session != null && session.isOpen()) {
            session.resume();
        }
    }

    /** For messages, without secrets. */
    private String who() {
        String routeId = consumer.getRouteId();
        return routeId == null ? "The polled consumer of " + consumer.getEndpoint() : "Route " + routeId;
    }

    private synchronized void giveUpStart() {
        if (start != null) {
            start.endpoint.close();
            start = null;
        }
    }

    @Override
    public void end() {
        giveUpStart();
        if (session != null) {
            session.close();
        }
        observer.close();
    }

    /** Null while it is not known what to list. */
    public BucketScan scan() {
        return session == null ? null : session.scan;
    }

    int inFlight() {
        return session == null ? 0 : session.inFlight();
    }

    public int pending() {
        return session == null ? 0 : session.pending();
    }

    /** Of the session that there is, or was last. */
    public ResultObserver observer() {
        return observer;
    }

    /** What is owned between a start and a stop. A listing finds results, or a queue brings them, and now and then a listing. */
    private final class Session {

        private static final String QUEUE = "notificationQueue";

        private final EndpointContext endpoint;
        private final SageMakerAsyncConfiguration options;
        private final ConsumerSettings settings;
        private final boolean listingsAlone;
        private final Map<String, S3Prefix> places;
        private final ResultObserver observer;
        private final PlacePolicy policy;
        private final ConsumerRoute route;
        private final WorkerPool workers;
        private final RequestRecords records;
        private final ExpirySweep sweep;
        private final AsyncSemaphore permits;
        private final MemoryBudget.Part memory;
        private final ObjectCleanUp cleanUp;
        private final ResultProcessor processor;
        private final BucketScan scan;
        private final ScheduledExecutorService timer;
        private final ReconcileExclusions.OfQueue left;
        private volatile MessageReceiver receiver;
        private volatile int maxReceiveCount;
        private volatile boolean paused = true;
        private volatile boolean closed;
        private volatile boolean ended;
        private final Deque<Runnable> closing = new ArrayDeque<>();
        private final Deque<Runnable> lasting = new ArrayDeque<>();

        Session(Preparation prepared, ResultObserver observer) throws Exception {
            this.endpoint = prepared.endpoint;
            this.options = endpoint.options();
            this.settings = prepared.settings;
            this.observer = observer;
            this.listingsAlone = options.getNotificationQueue() == null;
            this.places = settings.places();
            lasting.push(endpoint::close);
            try {
                // Also where producers put payloads.
                places.computeIfAbsent("inputLocation", option -> S3Prefix.parse(option, options.getInputLocation()));
                closing.push(PlaceClaims.ofConsumer(
                        endpoint,
                        consumer.getRouteId(),
                        places,
                        listingsAlone ? PlaceClaims.Use.SCANNED : PlaceClaims.Use.NOTIFIED));
                S3AsyncClient s3 = endpoint.resultBuckets();
                if (shared.buckets().await(prepared.buckets) && listingsAlone) {
                    observer.called("outputLocation", null); // ready, however late its first poll is
                }
                policy = new PlacePolicy(endpoint.name(), settings.outputs(), settings.failures());
                route = new ConsumerRoute(consumer, options);
                endpoint.start(options.getIdempotentRepository());
                endpoint.start(options.getInProgressRepository());
                endpoint.start(options.getPendingStore());
                // Where results stay, each queue's consumer may have them.
                boolean once = listingsAlone || settings.removes();
                IdempotencyGuard handled = new IdempotencyGuard(
                        options.getIdempotentRepository() == null ? handledInMemory : options.getIdempotentRepository(),
                        shared.claims(),
                        new ResultClaims.Claimant(
                                once ? "" : options.getNotificationQueue(),
                                options.getInProgressRepository(),
                                observer,
                                route::report),
                        options.isIdempotentEager(),
                        ConcurrentHashMap.newKeySet());
                workers = new WorkerPool(
                        endpoint.camel(), consumer, named("SageMakerAsyncResults"), options.getMaxInFlight(), false);
                lasting.push(workers::close);
                TrackingSettings tracked = TrackingSettings.of(options);
                records = new RequestRecords(endpoint.name(), tracked, Clock.systemUTC());
                permits = new AsyncSemaphore(options.getMaxInFlight(), Runnable::run);
                // Only a listing finds again what could not be deleted.
                int remembered = settings.isListed() ? ObjectRetries.CAPACITY : 0;
                ObjectRetries retries = new ObjectRetries(remembered, System::nanoTime, observer);
                timer = thread("SageMakerAsyncTimer");
                BatchDeleter deleter = new BatchDeleter(
                        s3,
                        timer,
                        Math.min(BatchDeleter.MOST, Math.max(1, options.getMaxInFlight() / 2)),
                        MessageReceiver.LINGER,
                        permits::lend,
                        endpoint.clients().stores());
                endpoint.clients().hold(); // payloads whose results are settled already may still be deleted
                lasting.push(() -> deleter.close().whenComplete((done, failure) -> endpoint.close()));
                cleanUp = new ObjectCleanUp(
                        s3, settings, retries, shared.staged(), this::report, observer, deleter, true);
                sweep = tracked == null ? null : sweep(tracked);
                left = listingsAlone ? null : new ReconcileExclusions.OfQueue(shared.left(), () -> maxReceiveCount);
                // An eager key is there before its exchange has succeeded, and must be that of this very version.
                VersionNeed removing = listingsAlone || settings.target() != null || options.isIdempotentEager()
                        ? VersionNeed.TO_REMOVE
                        : VersionNeed.TO_DELETE;
                VersionNeed removal = settings.removes() ? removing : VersionNeed.NONE;
                memory = new MemoryBudget.Part(endpoint.memory());
                ResultContent content = new ResultContent(
                        // With a timer for objects that may not be visible yet when their message arrives.
                        new ResultReader(
                                s3, "options outputLocation and failureLocation", listingsAlone ? null : timer, memory),
                        settings.bodyMode(),
                        !listingsAlone && settings.isListed() ? VersionNeed.TO_RECOGNISE : removal,
                        policy::isInside);
                processor = new ResultProcessor(
                        route, content, handled, records, left, settings.removes(), workers, observer, () -> ended);
                closing.push(() -> ended = true);
                // A reconciliation that fails now and then does not make the consumer unready.
                ResultObserver listings = listingsAlone ? observer : ResultObserver.none();
                ScanPaces.Pace pace = shared.paces().of(endpoint.name());
                closing.push(pace::close);
                scan = new BucketScan(policy, listings, permits, processor, cleanUp, pace);
                if (settings.isListed()) {
                    scan.requireKey(options.getIdempotentKey(), route::keyOf);
                }
                if (!listingsAlone) {
                    new Startup<>(
                                    who() + " receives nothing yet, and is not ready",
                                    () -> queueOf(endpoint),
                                    this::receive,
                                    failure -> observer.called(QUEUE, failure),
                                    route::report,
                                    () -> closed,
                                    workers)
                            .begin(prepared.queue, shared.queues());
                }
                if (!options.isDiscoverEndpoint()) {
                    if (listingsAlone && settings.failures() == null) {
                        LOG.info(
                                "{} looks for no failed inferences: the option failureLocation is not set. It is the"
                                        + " endpoint's S3FailurePath, which discoverEndpoint=true finds",
                                consumer.getEndpoint());
                    }
                    int most = COMPARED_APART * endpoint.camel().getRoutesSize();
                    int delay = shared.comparedAfter().getAsInt()
                            + ThreadLocalRandom.current().nextInt(most + 1);
                    Futures.later(delay, Runnable::run, this::compare);
                }
            } catch (Exception e) {
                run(closing);
                run(lasting);
                throw e;
            }
        }

        /** Once, where the application has the module that can tell; a start neither waits for that nor fails. */
        private void compare() {
            if (closed || !compared.compareAndSet(false, true)) {
                return;
            }
            endpoint.clients().hold();
            CompletableFuture.completedFuture(who())
                    .thenComposeAsync(who -> new EndpointDiscovery(endpoint).warn(who), shared.workers())
                    .whenComplete((done, failure) -> {
                        if (failure != null) {
                            LOG.debug("Where {} writes is not known", endpoint.name(), failure);
                        }
                        endpoint.close();
                    });
        }

        private void receive(QueueSettings queue) {
            synchronized (closing) {
                if (closed) {
                    return;
                }
                closing.push(PlaceClaims.ofQueue(endpoint, consumer.getRouteId(), false, queue.url()));
                receiver = new MessageReceiver(
                        endpoint.clients().receives(),
                        endpoint.clients().sqs(),
                        queue,
                        permits,
                        timer,
                        thread("SageMakerAsyncQueueVisibility"),
                        this::answered);
                receiver.deliverTo(new NotificationHandler(
                        receiver,
                        policy,
                        places.values(),
                        (event, settlement) -> processor.handle(event, settlement, exchange -> {}, Runnable::run),
                        RedeliveryBackoff.parse(options.getRedeliveryBackoff()),
                        cleanUp,
                        options.getForeignMessages(),
                        workers,
                        route::report,
                        observer));
                lasting.push(receiver::close);
                if (settings.isListed()) {
                    maxReceiveCount = queue.maxReceiveCount();
                    reconcileRegularly();
                }
                if (!paused) {
                    receiver.open();
                }
            }
        }

        /** Looks for expired requests, from the first {@link #resume} on, and renews claims however busy the workers are. */
        private ExpirySweep sweep(TrackingSettings tracked) {
            ExpirySweep expired = new ExpirySweep(
                    endpoint.name(),
                    tracked,
                    invocation -> ExpirySweep.hasLanded(cleanUp.s3(), invocation),
                    invocation -> route.processExpired(
                                    invocation, tracked.headers().restore(invocation), workers)
                            .thenRun(() -> observer.ended(ResultObserver.Ending.EXPIRED)),
                    route::report,
                    workers,
                    Clock.systemUTC(),
                    () -> paused);
            ScheduledExecutorService timer = thread("SageMakerAsyncPending");
            String renewing = "Claims in the store of pending invocations could not be renewed";
            long renewal = tracked.lease().toMillis() / RENEWALS;
            regularly(timer, renewal, renewal, renewing, records::renew);
            regularly(timer, renewal, renewal, renewing, expired::renew);
            if (tracked.sweepInterval() != null) {
                long interval = tracked.sweepInterval().toMillis();
                regularly(timer, interval, interval, "Expired requests could not be looked for", expired::run);
            }
            return expired;
        }

        /** @param otherwise what is reported when the task throws, which must not be the last time that it runs */
        private void regularly(
                ScheduledExecutorService timer,
                long first,
                long millis,
                String otherwise,
                ThrowingRunnable<InterruptedException> task) {
            Runnable guarded = () -> {
                try {
                    task.run();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } catch (Throwable e) { // whatever a repository, a store or an expression of the user throws
                    route.report(otherwise + "; that is tried again in " + millis + " ms", Futures.unwrap(e));
                }
            };
            timer.scheduleWithFixedDelay(guarded, first, millis, TimeUnit.MILLISECONDS);
        }

        /** With the route's id, which a consumer that is polled does not have. */
        private String named(String purpose) {
            return purpose + "[" + Objects.requireNonNullElse(consumer.getRouteId(), endpoint.name()) + "]";
        }

        /** A thread that ends when nothing is in flight any more. */
        private ScheduledExecutorService thread(String name) {
            ExecutorServiceManager threads = endpoint.camel().getExecutorServiceManager();
            ScheduledExecutorService thread = threads.newSingleThreadScheduledExecutor(consumer, named(name));
            lasting.push(() -> threads.shutdownNow(thread));
            return thread;
        }

        /**
         * Looks through S3 from time to time for results whose notification was lost, the first time after half an interval to a
         * whole one, so that several nodes do not look at once. Rounds never overlap: a thread of their own goes through them.
         */
        private void reconcileRegularly() {
            long millis = options.getReconcileInterval();
            long first = millis / 2 + ThreadLocalRandom.current().nextLong(millis - millis / 2 + 1);
            ScheduledExecutorService timer = thread("SageMakerAsyncReconciliation");
            regularly(timer, first, millis, "The reconciliation could not be finished", () -> {
                // Old enough that no notification is on its way, young enough that nobody has dealt with it otherwise.
                int dispatched = scan.round(event -> event.age() != null
                        && event.age().toMillis() >= options.getReconcileMinAge()
                        && event.age().toMillis() <= options.getReconcileMaxAge()
                        && !left.contains(event));
                if (dispatched > 0) {
                    LOG.info("The reconciliation dispatched {} results that no notification had announced", dispatched);
                }
            });
        }

        private void answered(SageMakerAsyncException failure, String message) {
            observer.called(QUEUE, failure);
            if (message != null) {
                report(message, failure);
            }
        }

        /** The exception handler is the user's, and may block. */
        private void report(String message, Throwable failure) {
            workers.execute(() -> route.report(message, failure));
        }

        int inFlight() {
            return receiver == null ? permits.inUse() : receiver.inFlight();
        }

        /** With expired requests on their way: a stop waits for them. */
        int pending() {
            return inFlight() + (sweep == null ? 0 : sweep.inFlight());
        }

        boolean isOpen() {
            return !closing.isEmpty();
        }

        void resume() {
            synchronized (closing) {
                paused = false;
                scan.resume();
                memory.resume();
                permits.resume();
                if (receiver != null) {
                    receiver.open();
                }
            }
        }

        void pause() {
            synchronized (closing) {
                paused = true;
                if (receiver != null) {
                    receiver.pause();
                }
                permits.pause();
                memory.pause();
                scan.pause();
            }
        }

        /** Gives up all that is owned. A second call does nothing. */
        void close() {
            pause();
            synchronized (closing) {
                closed = true;
            }
            if (receiver != null && isOpen()) {
                receiver.stop(EndpointContext.stopTimeout(endpoint.camel()), who());
            }
            run(closing);
            // After a forced stop exchanges go on: their messages are held and acknowledged until they end.
            Runnable endIfIdle = () -> {
                if (permits.inUse() == 0) {
                    run(lasting);
                }
            };
            permits.onRelease(endIfIdle);
            endIfIdle.run();
        }

        private static void run(Deque<Runnable> steps) {
            synchronized (steps) {
                while (!steps.isEmpty()) {
                    steps.pop().run();
                }
            }
        }
    }
}
