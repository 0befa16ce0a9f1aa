package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import io.github.camelsagemaker.async.landing.BucketScan;
import io.github.camelsagemaker.async.landing.Landing;
import io.github.camelsagemaker.async.landing.LandingCounters;
import io.github.camelsagemaker.async.landing.LandingOutcome;
import io.github.camelsagemaker.async.landing.ListedResults;
import io.github.camelsagemaker.async.landing.ResultProcessor;
import io.github.camelsagemaker.async.observe.ResultObserver;
import io.github.camelsagemaker.async.result.InferenceResult;
import io.github.camelsagemaker.async.settle.ObjectCleanUp;
import io.github.camelsagemaker.async.settle.ObjectMover;
import io.github.camelsagemaker.async.settle.ObjectRetries;
import io.github.camelsagemaker.async.settle.ObjectSettlement;
import io.github.camelsagemaker.async.settle.PoisonedObjects;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * All that a scanning consumer owns between a start and a stop: claims on prefixes, threads, permits, repositories, markers
 * and counters.
 */
final class ScanSession implements AutoCloseable {

    private final SageMakerAsyncEndpoint endpoint;
    private final SageMakerAsyncConfiguration options;
    private final ConsumerSettings settings;
    private final Deque<Runnable> closing = new ArrayDeque<>();
    private final AsyncSemaphore permits;
    private final ConsumerTracking tracking;
    private final ResultProcessor processor;
    private final BucketScan scan;
    private final ListedResults listed;
    private final ObjectCleanUp cleanUp;
    private final PoisonedObjects poisoned;
    private final ResultObserver observer;

    /** @throws Exception if a prefix belongs to another endpoint, or a repository cannot start; then nothing stays open */
    ScanSession(SageMakerAsyncScanConsumer consumer, ConsumerSettings settings, ResultObserver observer)
            throws Exception {
        this.endpoint = consumer.getEndpoint();
        this.options = endpoint.getConfiguration();
        this.settings = settings;
        this.observer = observer;
        try {
            closing.push(settings.claim(consumer, endpoint, PlaceClaims.Use.SCANNED));
            S3AsyncClient s3 = endpoint.resultBuckets();
            endpoint.getComponent().requiredBuckets().check(endpoint.clients().s3(), options, settings.places());
            ConsumerRoute route = new ConsumerRoute(consumer, options);
            ConsumerRepositories repositories = new ConsumerRepositories(endpoint, "", route, observer);
            closing.push(repositories::close);
            WorkerPool workers = new WorkerPool(
                    endpoint.getCamelContext(), consumer, "SageMakerAsyncResults", options.getMaxInFlight());
            closing.push(workers::close);
            this.tracking = new ConsumerTracking(
                    consumer, endpoint, TrackingSettings.of(options), route, s3, observer, workers);
            closing.push(tracking::close);

            ObjectRetries retries = new ObjectRetries(observer);
            ObjectMover mover = new ObjectMover(s3, settings.outputs(), settings.failures(), retries);
            this.permits = new AsyncSemaphore(options.getMaxInFlight());
            this.cleanUp = new ObjectCleanUp(
                    mover,
                    settings.disposal(),
                    settings.inputs(),
                    new SentPayloads(endpoint.getComponent().stagedInputs()),
                    (message, failure) -> workers.execute(() -> route.report(message, failure)));
            this.poisoned = new PoisonedObjects(
                    mover,
                    settings.maxAttempts(),
                    settings.failedTarget(),
                    retries,
                    () -> observer.poisoned(ResultObserver.Poison.ATTEMPTS));
            this.processor = processor(s3, route, repositories, workers);
            closing.push(processor::close);
            this.scan = new BucketScan(
                    s3,
                    endpoint.getEndpointName(),
                    settings.outputs(),
                    settings.failures(),
                    endpoint.getComponent().stagedInputs()::find,
                    retries,
                    observer);
            scan.requireKey(options.getIdempotentKey(), route::keyOf);
            this.listed = listed(route, retries);
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    private ResultProcessor processor(
            S3AsyncClient s3, ConsumerRoute route, ConsumerRepositories repositories, WorkerPool workers) {
        boolean removes = settings.disposal().removes();
        // With keys in memory only, and no key of the user's making, a key means the object, and goes with it.
        boolean forgetSettled = repositories.hasOwnHandled() && removes && options.getIdempotentKey() == null;
        return new ResultProcessor(
                route,
                settings.content(s3, UnaryOperator.identity(), settings.versionNeed(false)),
                repositories.handledResults(),
                tracking.records(),
                new ResultProcessor.Mode(true, removes, forgetSettled),
                workers,
                observer);
    }

    private ListedResults listed(ConsumerRoute route, ObjectRetries retries) {
        return new ListedResults(
                retries,
                new ListedResults.Parts(
                        route::keyOf,
                        processor::isCandidate,
                        this::handle,
                        landing -> cleanUp.after(
                                ListedResults.objectOf(landing), landing.inputLocation(), InferenceResult.NOTHING),
                        poisoned::moveAway,
                        route::report));
    }

    /** Hands a result in; see {@link ResultProcessor}. */
    private CompletableFuture<LandingOutcome> handle(Landing landing, Consumer<Exchange> preparation) {
        return processor.handle(
                landing,
                new ObjectSettlement(ListedResults.objectOf(landing), landing.inputLocation(), cleanUp, poisoned),
                preparation);
    }

    AsyncSemaphore permits() {
        return permits;
    }

    ConsumerTracking tracking() {
        return tracking;
    }

    BucketScan scan() {
        return scan;
    }

    ListedResults listed() {
        return listed;
    }

    LandingCounters counters() {
        return processor.counters();
    }

    /** How many objects were moved to moveFailedLocation. */
    long poisoned() {
        return poisoned.moved();
    }

    /** Gives up all that is owned. A second call does nothing. */
    @Override
    public void close() {
        while (!closing.isEmpty()) {
            closing.pop().run();
        }
    }
}
