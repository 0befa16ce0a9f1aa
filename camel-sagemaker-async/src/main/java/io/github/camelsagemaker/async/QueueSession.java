package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.client.AwsClients;
import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import io.github.camelsagemaker.async.internal.sqs.MessageReceiver;
import io.github.camelsagemaker.async.internal.sqs.MessageReceiver.QueueSettings;
import io.github.camelsagemaker.async.landing.AgeWindow;
import io.github.camelsagemaker.async.landing.BucketScan;
import io.github.camelsagemaker.async.landing.ForeignMessages;
import io.github.camelsagemaker.async.landing.LandingCounters;
import io.github.camelsagemaker.async.landing.LandingPolicy;
import io.github.camelsagemaker.async.landing.LeftToQueue;
import io.github.camelsagemaker.async.landing.ListedResults;
import io.github.camelsagemaker.async.landing.NotificationCounters;
import io.github.camelsagemaker.async.landing.NotificationHandler;
import io.github.camelsagemaker.async.landing.Reconciliation;
import io.github.camelsagemaker.async.landing.ResultProcessor;
import io.github.camelsagemaker.async.observe.ResultObserver;
import io.github.camelsagemaker.async.result.InferenceResult;
import io.github.camelsagemaker.async.result.PatientResultReader;
import io.github.camelsagemaker.async.result.S3Prefix;
import io.github.camelsagemaker.async.settle.MessageSettlement;
import io.github.camelsagemaker.async.settle.ObjectCleanUp;
import io.github.camelsagemaker.async.settle.ObjectMover;
import io.github.camelsagemaker.async.settle.ObjectRetries;
import io.github.camelsagemaker.async.settle.ObjectSettlement;
import io.github.camelsagemaker.async.settle.PoisonedObjects;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
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
    private final ResultProcessor processor;
    private final MessageReceiver receiver;
    private final NotificationHandler handler;
    private Reconciliation reconciliation;

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
            QueueSettings queue = QueuePreparation.prepare(
                    clients,
                    notifications,
                    options.getForeignMessages() == ForeignMessages.LEAVE ? "foreignMessages=LEAVE" : null);
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
            ScheduledExecutorService timer = thread(consumer, "SageMakerAsyncQueueTimer");
            ScheduledExecutorService extensions = thread(consumer, "SageMakerAsyncQueueVisibility");

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
            boolean removes = settings.disposal().removes();
            this.processor = new ResultProcessor(
                    route,
                    settings.content(
                            s3,
                            reader -> new PatientResultReader(
                                    reader, timer, PatientResultReader.DELAYS_MILLIS, Clock.systemUTC()),
                            settings.versionNeed(notifications.reconcileInterval() != null)),
                    repositories.handledResults(),
                    tracking.records(),
                    new ResultProcessor.Mode(false, removes, false),
                    workers,
                    observer);
            closing.push(processor::close);
            AsyncSemaphore permits = new AsyncSemaphore(options.getMaxInFlight());
            this.receiver = new MessageReceiver(
                    clients.sqs(), queue, permits, timer, extensions, listener(workers, route, observer));
            LeftToQueue left = endpoint.getComponent().leftToQueue();
            this.handler = new NotificationHandler(
                    receiver,
                    new LandingPolicy(endpoint.getEndpointName(), settings.outputs(), settings.failures()),
                    writtenHere(),
                    processor,
                    (message, landings, acknowledge) -> new MessageSettlement(
                            message,
                            landings,
                            acknowledge ? receiver.acknowledger() : kept -> CompletableFuture.completedFuture(null),
                            receiver.visibility(),
                            notifications.backoff(),
                            cleanUp),
                    options.getForeignMessages(),
                    left,
                    workers,
                    route::report,
                    observer);
            if (notifications.reconcileInterval() != null) {
                reconciliation = reconciliation(consumer, s3, route, mover, cleanUp, retries, queue, permits, left);
                reconciliation.start();
            }
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    private Reconciliation reconciliation(
            SageMakerAsyncQueueConsumer consumer,
            S3AsyncClient s3,
            ConsumerRoute route,
            ObjectMover mover,
            ObjectCleanUp cleanUp,
            ObjectRetries retries,
            QueueSettings queue,
            AsyncSemaphore permits,
            LeftToQueue left) {
        BucketScan scan = new BucketScan(
                s3,
                endpoint.getEndpointName(),
                settings.outputs(),
                settings.failures(),
                endpoint.getComponent().stagedInputs()::find,
                retries,
                ResultObserver.none()); // a round that fails now and then does not make the consumer unready
        scan.requireKey(options.getIdempotentKey(), route::keyOf);
        PoisonedObjects poisoned = new PoisonedObjects(mover, 0, null, retries, () -> {});
        ListedResults listed = new ListedResults(
                retries,
                new ListedResults.Parts(
                        route::keyOf,
                        processor::isCandidate,
                        (landing, preparation) -> processor.handle(
                                landing,
                                new ObjectSettlement(
                                        ListedResults.objectOf(landing), landing.inputLocation(), cleanUp, poisoned)),
                        landing -> cleanUp.after(
                                ListedResults.objectOf(landing), landing.inputLocation(), InferenceResult.NOTHING),
                        poisoned::moveAway,
                        route::report));
        AgeWindow window =
                new AgeWindow(notifications.reconcileMinAge(), notifications.reconcileMaxAge(), Clock.systemUTC());
        return new Reconciliation(
                scan,
                listed,
                landing -> window.contains(landing.eventTime()) && !left.contains(landing, queue.maxReceiveCount()),
                permits,
                left,
                notifications.reconcileInterval(),
                thread(consumer, "SageMakerAsyncReconciliation"),
                route::report);
    }

    private ScheduledExecutorService thread(SageMakerAsyncQueueConsumer consumer, String name) {
        ExecutorServiceManager threads = endpoint.getCamelContext().getExecutorServiceManager();
        ScheduledExecutorService thread = threads.newSingleThreadScheduledExecutor(consumer, name);
        closing.push(() -> threads.shutdownNow(thread));
        return thread;
    }

    private static MessageReceiver.Listener listener(WorkerPool workers, ConsumerRoute route, ResultObserver observer) {
        return new MessageReceiver.Listener() {
            @Override
            public void received() {
                observer.called("notificationQueue");
            }

            @Override
            public void failed(SageMakerAsyncException failure) {
                observer.callFailed("notificationQueue", failure);
            }

            @Override
            public void report(String message, Throwable failure) {
                workers.execute(() -> route.report(message, failure));
            }
        };
    }

    /** Where the endpoint puts objects itself, if S3 tells of these too: results that were moved, and payloads. */
    private List<S3Prefix> writtenHere() {
        S3Prefix inputs =
                options.getInputLocation() == null ? null : S3Prefix.parse("inputLocation", options.getInputLocation());
        return Stream.of(settings.disposal().target(), settings.failedTarget(), inputs)
                .filter(Objects::nonNull)
                .toList();
    }

    MessageReceiver receiver() {
        return receiver;
    }

    ConsumerTracking tracking() {
        return tracking;
    }

    LandingCounters landings() {
        return processor.counters();
    }

    NotificationCounters messages() {
        return handler.counters();
    }

    /**
     * Ends the source, waiting for a receive under way and for acknowledgements, and gives up all that is owned. A second
     * call does nothing.
     */
    @Override
    public void close() {
        if (handler != null && !closing.isEmpty()) {
            if (reconciliation != null) {
                reconciliation.stop();
            }
            awaitEnd();
        }
        while (!closing.isEmpty()) {
            closing.pop().run();
        }
    }

    private void awaitEnd() {
        long seconds = notifications.waitTimeSeconds() + ANSWER_SECONDS;
        try {
            receiver.stop().get(seconds, TimeUnit.SECONDS);
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
