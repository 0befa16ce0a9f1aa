package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.client.AwsClients;
import io.github.camelsagemaker.async.landing.BucketScan;
import io.github.camelsagemaker.async.landing.LandedContent;
import io.github.camelsagemaker.async.landing.Landing;
import io.github.camelsagemaker.async.landing.LandingCounters;
import io.github.camelsagemaker.async.landing.LandingPipeline;
import io.github.camelsagemaker.async.landing.LandingPolicy;
import io.github.camelsagemaker.async.landing.ListedResults;
import io.github.camelsagemaker.async.landing.NotificationCounters;
import io.github.camelsagemaker.async.landing.NotificationSource;
import io.github.camelsagemaker.async.landing.QueueSettings;
import io.github.camelsagemaker.async.observe.ResultObserver;
import io.github.camelsagemaker.async.result.PatientResultReader;
import io.github.camelsagemaker.async.result.ResultReader;
import io.github.camelsagemaker.async.result.S3ResultReader;
import io.github.camelsagemaker.async.settle.HandledResults;
import io.github.camelsagemaker.async.settle.ObjectCleanUp;
import io.github.camelsagemaker.async.settle.ObjectMover;
import io.github.camelsagemaker.async.settle.ObjectRetries;
import io.github.camelsagemaker.async.settle.ObjectSettlement;
import io.github.camelsagemaker.async.settle.PoisonedObjects;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.spi.ExecutorServiceManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** All that a queue consumer owns between a start and a stop: claims on prefixes, threads, repositories and its source. */
final class QueueSession implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(QueueSession.class);

    private static final long ANSWER_SECONDS = 5;

    private final SageMakerAsyncEndpoint endpoint;
    private final SageMakerAsyncConfiguration options;
    private final ConsumerSettings settings;
    private final NotificationSettings notifications;
    private final Deque<Runnable> closing = new ArrayDeque<>();
    private final ConsumerTracking tracking;
    private final LandingPipeline pipeline;
    private final NotificationSource source;

    /**
     * Finds or creates the queue, and waits for that: the start of a route is synchronous in Camel.
     *
     * @throws Exception if AWS refuses or does not answer, a prefix belongs to another endpoint, or a repository cannot
     *     start; then nothing stays open
     */
    QueueSession(
            SageMakerAsyncQueueConsumer consumer,
            ConsumerSettings settings,
            NotificationSettings notifications,
            ResultObserver observer)
            throws Exception {
        this.endpoint = consumer.getEndpoint();
        this.options = endpoint.getConfiguration();
        this.settings = settings;
        this.notifications = notifications;
        try {
            closing.push(settings.claim(consumer, endpoint, PlaceClaims.Use.NOTIFIED));
            AwsClients clients = endpoint.clients();
            S3AsyncClient s3 = endpoint.resultBuckets();
            endpoint.getComponent().requiredBuckets().check(clients.s3(), options, settings.places());
            QueueSettings queue = QueuePreparation.prepare(clients, notifications);
            ConsumerRoute route = new ConsumerRoute(consumer, options);
            ConsumerRepositories repositories = new ConsumerRepositories(endpoint.getCamelContext(), options);
            closing.push(repositories::close);
            WorkerPool workers = new WorkerPool(
                    endpoint.getCamelContext(), consumer, "SageMakerAsyncResults", options.getMaxInFlight());
            closing.push(workers::close);
            this.tracking = new ConsumerTracking(
                    consumer, endpoint, TrackingSettings.of(options), route, s3, observer, workers);
            closing.push(tracking::close);
            ScheduledExecutorService timer = endpoint.getCamelContext()
                    .getExecutorServiceManager()
                    .newSingleThreadScheduledExecutor(consumer, "SageMakerAsyncQueueTimer");
            closing.push(
                    () -> endpoint.getCamelContext().getExecutorServiceManager().shutdownNow(timer));

            // Only a listing finds again what could not be deleted.
            ObjectRetries retries =
                    notifications.reconcileInterval() == null ? ObjectRetries.none() : new ObjectRetries(observer);
            ObjectMover mover = new ObjectMover(s3, settings.outputs(), settings.failures(), retries);
            ObjectCleanUp cleanUp = new ObjectCleanUp(
                    mover,
                    settings.disposal(),
                    settings.inputs(),
                    new SentPayloads(endpoint.getComponent().stagedInputs()),
                    (message, failure) -> workers.execute(() -> route.report(message, failure)));
            HandledResults handled = repositories.handledResults();
            this.pipeline = new LandingPipeline(
                    route, content(s3, timer), handled, tracking.records(), false, workers, observer);
            this.source = new NotificationSource(new NotificationSource.Parts(
                    clients.sqs(),
                    queue,
                    new LandingPolicy(endpoint.getEndpointName(), settings.outputs(), settings.failures()),
                    pipeline,
                    cleanUp,
                    notifications.backoff(),
                    notifications.maxExtension(),
                    options.getForeignMessages(),
                    options.getMaxInFlight(),
                    timer,
                    workers,
                    route::report,
                    observer));
            if (notifications.reconcileInterval() != null) {
                source.reconcile(reconciliation(consumer, s3, route, handled, mover, cleanUp, retries));
            }
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    private LandedContent content(S3AsyncClient s3, ScheduledExecutorService timer) {
        ResultReader reader = new S3ResultReader(s3, settings.bodyMode(), "options outputLocation and failureLocation");
        return new LandedContent(
                new PatientResultReader(reader, timer, PatientResultReader.DELAYS_MILLIS), settings.bodyMode());
    }

    private NotificationSource.ReconciliationPlan reconciliation(
            SageMakerAsyncQueueConsumer consumer,
            S3AsyncClient s3,
            ConsumerRoute route,
            HandledResults handled,
            ObjectMover mover,
            ObjectCleanUp cleanUp,
            ObjectRetries retries) {
        BucketScan scan = new BucketScan(
                s3,
                endpoint.getEndpointName(),
                settings.outputs(),
                settings.failures(),
                endpoint.getComponent().stagedInputs()::find,
                retries,
                ResultObserver.none()); // a round that fails now and then does not make the consumer unready
        scan.requireKey(options.getIdempotentKey(), route::keyOf);
        boolean objectsStay = !settings.disposal().removes();
        PoisonedObjects poisoned = new PoisonedObjects(mover, 0, null, retries, () -> {});
        ListedResults listed = new ListedResults(
                retries,
                new ListedResults.Parts(
                        route::keyOf,
                        key -> !(objectsStay && handled.isHandled(key)) && !handled.isInProgress(key),
                        (landing, preparation) -> pipeline.handle(
                                landing,
                                new ObjectSettlement(
                                        ListedResults.objectOf(landing), landing.inputLocation(), cleanUp, poisoned)),
                        landing -> cleanUp.after(ListedResults.objectOf(landing), landing.inputLocation()),
                        poisoned::moveAway,
                        route::report));
        ExecutorServiceManager executors = endpoint.getCamelContext().getExecutorServiceManager();
        ScheduledExecutorService thread =
                executors.newSingleThreadScheduledExecutor(consumer, "SageMakerAsyncReconciliation");
        closing.push(() -> executors.shutdownNow(thread));
        return new NotificationSource.ReconciliationPlan(
                scan,
                listed,
                thread,
                notifications.reconcileInterval(),
                notifications.reconcileMinAge(),
                notifications.reconcileMaxAge());
    }

    NotificationSource source() {
        return source;
    }

    ConsumerTracking tracking() {
        return tracking;
    }

    LandingCounters landings() {
        return pipeline.counters();
    }

    NotificationCounters messages() {
        return source.counters();
    }

    /**
     * Ends the source, waiting for a receive under way and for acknowledgements, and gives up all that is owned. A second
     * call does nothing.
     */
    @Override
    public void close() {
        if (source != null && !closing.isEmpty()) {
            source.pause();
            awaitEnd();
        }
        while (!closing.isEmpty()) {
            closing.pop().run();
        }
    }

    private void awaitEnd() {
        long seconds = notifications.waitTimeSeconds() + ANSWER_SECONDS;
        try {
            source.stop().get(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn(
                    "SQS did not answer within {} s while the consumer stopped: messages may stay invisible until their"
                            + " visibility timeout is over, and be delivered again",
                    seconds,
                    e);
        }
    }
}
