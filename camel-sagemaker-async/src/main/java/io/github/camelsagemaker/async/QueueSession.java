package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.client.AwsClients;
import io.github.camelsagemaker.async.landing.BucketScan;
import io.github.camelsagemaker.async.landing.Landing;
import io.github.camelsagemaker.async.landing.LandingCounters;
import io.github.camelsagemaker.async.landing.LandingPolicy;
import io.github.camelsagemaker.async.landing.NotificationCounters;
import io.github.camelsagemaker.async.landing.NotificationSource;
import io.github.camelsagemaker.async.landing.QueueSettings;
import io.github.camelsagemaker.async.landing.ResultProcessor;
import io.github.camelsagemaker.async.observe.ResultObserver;
import io.github.camelsagemaker.async.result.PatientResultReader;
import io.github.camelsagemaker.async.result.S3Prefix;
import io.github.camelsagemaker.async.settle.ObjectCleanUp;
import io.github.camelsagemaker.async.settle.ObjectMover;
import io.github.camelsagemaker.async.settle.ObjectSettlement;
import io.github.camelsagemaker.async.settle.PoisonedObjects;
import io.github.camelsagemaker.async.settle.StoredObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
    private final ResultProcessor processor;
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
            claim("outputLocation", settings.outputs());
            claim("failureLocation", settings.failures());
            AwsClients clients = endpoint.clients();
            S3AsyncClient s3 = endpoint.resultBuckets();
            endpoint.getComponent().requiredBuckets().check(clients.s3(), options, settings.places());
            QueueSettings queue = QueuePreparation.prepare(clients, notifications);
            ConsumerRoute route = new ConsumerRoute(consumer, options);
            ConsumerRepositories repositories = new ConsumerRepositories(
                    endpoint, settings.disposal().removes() ? "" : options.getNotificationQueue(), route, observer);
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

            ObjectMover mover = new ObjectMover(s3, settings.outputs(), settings.failures());
            ObjectCleanUp cleanUp = new ObjectCleanUp(
                    mover,
                    settings.disposal(),
                    settings.inputs(),
                    new SentPayloads(endpoint.getComponent().stagedInputs()),
                    (message, failure) -> workers.execute(() -> route.report(message, failure)));
            boolean removes = settings.disposal().removes();
            this.processor = new ResultProcessor(
                    route,
                    settings.content(
                            s3,
                            reader -> new PatientResultReader(reader, timer, PatientResultReader.DELAYS_MILLIS),
                            removes || notifications.reconcileInterval() != null),
                    repositories.handledResults(),
                    tracking.records(),
                    new ResultProcessor.Mode(false, removes, false),
                    workers,
                    observer);
            closing.push(processor::close);
            this.source = new NotificationSource(new NotificationSource.Parts(
                    clients.sqs(),
                    queue,
                    new LandingPolicy(endpoint.getEndpointName(), settings.outputs(), settings.failures()),
                    processor,
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
                source.reconcile(reconciliation(s3, route, mover, cleanUp));
            }
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

    private NotificationSource.ReconciliationPlan reconciliation(
            S3AsyncClient s3, ConsumerRoute route, ObjectMover mover, ObjectCleanUp cleanUp) {
        BucketScan scan = new BucketScan(
                s3,
                endpoint.getEndpointName(),
                settings.outputs(),
                settings.failures(),
                endpoint.getComponent().stagedInputs()::find,
                ResultObserver.none()); // a round that fails now and then does not make the consumer unready
        PoisonedObjects poisoned = new PoisonedObjects(mover, 0, null, () -> {});
        return new NotificationSource.ReconciliationPlan(
                scan,
                landing -> processor.isCandidate(landing, route.keyOf(landing)),
                landing -> new ObjectSettlement(stored(landing), landing.inputLocation(), cleanUp, poisoned),
                notifications.reconcileInterval(),
                notifications.reconcileMinAge(),
                notifications.reconcileMaxAge());
    }

    private static StoredObject stored(Landing landing) {
        return new StoredObject(landing.object(), landing.etag(), landing.contentLength());
    }

    NotificationSource source() {
        return source;
    }

    ConsumerTracking tracking() {
        return tracking;
    }

    LandingCounters landings() {
        return processor.counters();
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
