package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import io.github.camelsagemaker.async.landing.BucketScan;
import io.github.camelsagemaker.async.landing.Landing;
import io.github.camelsagemaker.async.landing.LandingCounters;
import io.github.camelsagemaker.async.landing.LandingOutcome;
import io.github.camelsagemaker.async.landing.ResultProcessor;
import io.github.camelsagemaker.async.landing.ScanBatches;
import io.github.camelsagemaker.async.observe.ResultObserver;
import io.github.camelsagemaker.async.result.S3Prefix;
import io.github.camelsagemaker.async.settle.ObjectCleanUp;
import io.github.camelsagemaker.async.settle.ObjectMover;
import io.github.camelsagemaker.async.settle.ObjectSettlement;
import io.github.camelsagemaker.async.settle.PoisonedObjects;
import io.github.camelsagemaker.async.settle.StoredObject;
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
    private final ScanBatches batches;
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
            claim("outputLocation", settings.outputs());
            claim("failureLocation", settings.failures());
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

            ObjectMover mover = new ObjectMover(s3, settings.outputs(), settings.failures());
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
                    () -> observer.poisoned(ResultObserver.Poison.ATTEMPTS));
            this.processor = processor(s3, route, repositories, workers);
            closing.push(processor::close);
            this.batches = batches(s3, route);
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    private void claim(String option, S3Prefix prefix) {
        if (prefix != null) {
            PrefixOwners owners = endpoint.getComponent().prefixOwners();
            owners.claim(option, prefix, endpoint.getEndpointName());
            closing.push(() -> owners.release(prefix));
        }
    }

    private ResultProcessor processor(
            S3AsyncClient s3, ConsumerRoute route, ConsumerRepositories repositories, WorkerPool workers) {
        boolean removes = settings.disposal().removes();
        // With keys in memory only, and no key of the user's making, a key means the object, and goes with it.
        boolean forgetSettled = repositories.hasOwnHandled() && removes && options.getIdempotentKey() == null;
        return new ResultProcessor(
                route,
                settings.content(s3, UnaryOperator.identity(), removes),
                repositories.handledResults(),
                tracking.records(),
                new ResultProcessor.Mode(true, removes, forgetSettled),
                workers,
                observer);
    }

    private ScanBatches batches(S3AsyncClient s3, ConsumerRoute route) {
        BucketScan scan = new BucketScan(
                s3,
                endpoint.getEndpointName(),
                settings.outputs(),
                settings.failures(),
                endpoint.getComponent().stagedInputs()::find,
                observer);
        return new ScanBatches(scan, landing -> processor.isCandidate(landing, route.keyOf(landing)));
    }

    /** Hands a result in; see {@link ResultProcessor}. */
    CompletableFuture<LandingOutcome> handle(Landing landing, Consumer<Exchange> preparation) {
        StoredObject object = new StoredObject(landing.object(), landing.etag(), landing.contentLength());
        return processor.handle(
                landing, new ObjectSettlement(object, landing.inputLocation(), cleanUp, poisoned), preparation);
    }

    AsyncSemaphore permits() {
        return permits;
    }

    ConsumerTracking tracking() {
        return tracking;
    }

    ScanBatches batches() {
        return batches;
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
