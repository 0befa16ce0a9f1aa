package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.internal.EndpointContext;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import io.github.camelsagemaker.async.internal.concurrent.WorkerPool;
import io.github.camelsagemaker.async.internal.observe.ResultObserver;
import io.github.camelsagemaker.async.internal.result.ResultReader;
import io.github.camelsagemaker.async.internal.tracking.TrackingSettings;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.processor.idempotent.FileIdempotentRepository;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * All that a consumer owns between a start and a stop: claims on places, threads, permits, repositories, and the way of a result.
 * Where results come from is up to its kinds.
 */
abstract class ConsumerSession implements AutoCloseable {

    final EndpointContext endpoint;
    final ConsumerServices services;
    final SageMakerAsyncConfiguration options;
    final ConsumerSettings settings;
    final S3AsyncClient s3;
    final ResultObserver observer;
    final AsyncSemaphore permits;
    final ConsumerRoute route;
    final WorkerPool workers;
    final ObjectCleanUp cleanUp;

    private final DefaultConsumer consumer;
    private final ConsumerTracking tracking;
    private final ObjectRetries retries;
    private final Deque<Runnable> closing = new ArrayDeque<>();
    private final Deque<Runnable> lasting = new ArrayDeque<>();
    private HandledResults handled;
    private ResultProcessor processor;

    /** What a listing finds, and what is done with it. */
    record Listing(BucketScan scan, ListedResults results) {}

    /**
     * @param places what is done where results are
     * @param listed whether listings find results: only a listing finds again what could not be deleted
     * @param inMemory remembers what was handled, without a repository of the user's
     * @param scope what consumers of one context share that must not handle a result at once
     * @throws Exception if a place belongs to another endpoint, AWS refuses, or a repository cannot start; then nothing stays
     *     open
     */
    ConsumerSession(
            ConsumerRuntime<?> runtime,
            EndpointContext endpoint,
            ConsumerSettings settings,
            PlaceClaims.Use places,
            boolean listed,
            String scope,
            ResultObserver observer)
            throws Exception {
        this.consumer = runtime.consumer();
        this.endpoint = endpoint;
        this.services = runtime.services();
        this.options = endpoint.options();
        this.settings = settings;
        this.observer = observer;
        lasting.push(endpoint::close);
        try {
            closing.push(PlaceClaims.ofConsumer(endpoint, consumer.getRouteId(), settings.places(), places));
            this.s3 = endpoint.resultBuckets();
            if (options.isCheckBucketsAtStart()) {
                services.buckets().check(endpoint.clients().s3(), settings.places());
            }
            this.route = new ConsumerRoute(consumer, options);
            this.handled = handledResults(runtime.handledInMemory(), scope);
            this.workers =
                    new WorkerPool(endpoint.camel(), consumer, "SageMakerAsyncResults", options.getMaxInFlight());
            lasting.push(workers::close);
            this.tracking = new ConsumerTracking(
                    consumer, endpoint, TrackingSettings.of(options), route, s3, observer, workers);
            closing.push(tracking::pause);
            lasting.push(tracking::close);
            this.retries = listed ? new ObjectRetries(observer) : ObjectRetries.none();
            this.permits = new AsyncSemaphore(options.getMaxInFlight());
            this.cleanUp = new ObjectCleanUp(s3, settings, retries, services.staged(), this::report, observer);
        } catch (Exception e) {
            abandon();
            throw e;
        }
    }

    /**
     * Makes the way of a result.
     *
     * @param scan whether listings alone tell of results
     */
    final ResultProcessor processor(boolean scan, UnaryOperator<ResultReader> announced, boolean listedToo) {
        processor = new ResultProcessor(
                route,
                settings.content(s3, announced, settings.versionNeed(listedToo)),
                handled,
                tracking.records(),
                scan,
                settings.disposal(),
                workers,
                observer);
        closing.push(processor::close);
        return processor;
    }

    final Listing listing(ResultObserver observed) {
        BucketScan scan = new BucketScan(
                s3,
                endpoint.name(),
                settings.outputs(),
                settings.failures(),
                services.staged()::find,
                retries,
                observed);
        scan.requireKey(options.getIdempotentKey(), route::keyOf);
        return new Listing(scan, new ListedResults(retries, route::keyOf, processor, cleanUp, route::report));
    }

    /** A thread that ends when nothing is in hand any more. */
    final ScheduledExecutorService thread(String name) {
        ExecutorServiceManager threads = endpoint.camel().getExecutorServiceManager();
        ScheduledExecutorService thread = threads.newSingleThreadScheduledExecutor(consumer, name);
        lasting.push(() -> threads.shutdownNow(thread));
        return thread;
    }

    /** The exception handler is the user's, and may block. */
    final void report(String message, Throwable failure) {
        workers.execute(() -> route.report(message, failure));
    }

    private HandledResults handledResults(IdempotentRepository inMemory, String scope) throws Exception {
        IdempotentRepository repository = options.getIdempotentRepository();
        IdempotentRepository inProgress = options.getInProgressRepository();
        if (options.isIdempotentEager() && isShared(repository) && !isShared(inProgress)) {
            throw new IllegalArgumentException("Option idempotentEager=true with an idempotentRepository that nodes may"
                    + " share (" + repository.getClass().getName()
                    + ") needs the option inProgressRepository with one that"
                    + " they share too: without it, what another node has in hand would count as handled, and be lost"
                    + " if it failed there");
        }
        start(endpoint.camel(), repository);
        start(endpoint.camel(), inProgress);
        return new HandledResults(
                repository == null ? inMemory : repository,
                inProgress,
                services.claims(),
                scope,
                new ClaimWatcher(),
                options.isIdempotentEager());
    }

    /** Camel's own in memory and in a file are of one node. */
    private static boolean isShared(IdempotentRepository repository) {
        return repository != null
                && !(repository instanceof MemoryIdempotentRepository)
                && !(repository instanceof FileIdempotentRepository);
    }

    /** It stops with the CamelContext. */
    private static void start(CamelContext context, IdempotentRepository repository) throws Exception {
        if (repository != null && !context.hasService(repository)) {
            context.addService(repository, true, true);
        }
    }

    private final class ClaimWatcher implements ResultClaims.Watcher {

        private static final String TARGET = "inProgressRepository";

        @Override
        public void notGivenBack(String key, Throwable failure) {
            observer.callFailed(TARGET, failure);
            route.report(
                    "The claim on '" + key + "' could not be removed from the " + TARGET
                            + "; it is tried again, and other nodes pass the result over until then",
                    failure);
        }

        @Override
        public void allGivenBack() {
            observer.called(TARGET);
        }
    }

    /** Begins, or goes on after a {@link #pause}. */
    void open() {
        tracking.resume();
    }

    /** Begins nothing more. What is handled already goes on. */
    void pause() {
        tracking.pause();
    }

    /** Results on their way. */
    int inFlight() {
        return permits.inUse();
    }

    final ConsumerTracking tracking() {
        return tracking;
    }

    final ResultProcessor processor() {
        return processor;
    }

    final boolean isOpen() {
        return !closing.isEmpty();
    }

    /** Ends the source of results, for good. */
    void stopSource() {}

    /** Ends, after a pause, when what was begun needs threads and clients no longer. */
    abstract CompletableFuture<Void> nothingInHand();

    /** Ends the source and gives up all that is owned. A second call does nothing. */
    @Override
    public final void close() {
        if (isOpen()) {
            stopSource();
        }
        run(closing);
        // After a forced stop exchanges go on: their messages are held and acknowledged until they end.
        nothingInHand().thenRun(() -> run(lasting));
    }

    /** Gives up all that is owned by a session that could not begin. */
    final void abandon() {
        run(closing);
        run(lasting);
    }

    private static void run(Deque<Runnable> steps) {
        synchronized (steps) {
            while (!steps.isEmpty()) {
                steps.pop().run();
            }
        }
    }
}
