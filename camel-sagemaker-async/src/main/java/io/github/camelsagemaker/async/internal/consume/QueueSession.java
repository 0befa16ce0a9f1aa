package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.ForeignMessages;
import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.internal.EndpointContext;
import io.github.camelsagemaker.async.internal.aws.AwsClients;
import io.github.camelsagemaker.async.internal.consume.Reconciliation.AgeWindow;
import io.github.camelsagemaker.async.internal.observe.ResultObserver;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import io.github.camelsagemaker.async.internal.sqs.MessageReceiver;
import io.github.camelsagemaker.async.internal.sqs.MessageReceiver.QueueSettings;
import io.github.camelsagemaker.async.internal.sqs.NotificationSettings;
import io.github.camelsagemaker.async.internal.sqs.QueuePreparation;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;

/** A session whose results a queue tells of, and now and then a listing. */
public final class QueueSession extends ConsumerSession {

    private static final int ANSWER_SECONDS = 5;

    private final NotificationSettings notifications;
    private final MessageReceiver receiver;
    private final Reconciliation reconciliation;

    /**
     * Finds or creates the queue, and waits for that: the start of a route is synchronous in Camel.
     *
     * @throws Exception as {@link ConsumerSession}
     */
    public QueueSession(
            ConsumerRuntime<?> runtime,
            EndpointContext endpoint,
            ConsumerSettings settings,
            NotificationSettings notifications,
            ResultObserver observer)
            throws Exception {
        super(
                runtime,
                endpoint,
                settings,
                PlaceClaims.Use.NOTIFIED,
                notifications.reconcileInterval() != null,
                settings.disposal().removes() ? "" : endpoint.options().getNotificationQueue(),
                observer);
        this.notifications = notifications;
        try {
            AwsClients clients = endpoint.clients();
            QueueSettings queue = QueuePreparation.prepare(
                    clients,
                    notifications,
                    options.getForeignMessages() == ForeignMessages.LEAVE ? "foreignMessages=LEAVE" : null);
            ScheduledExecutorService timer = thread("SageMakerAsyncQueueTimer");
            ScheduledExecutorService extensions = thread("SageMakerAsyncQueueVisibility");
            boolean reconciles = notifications.reconcileInterval() != null;
            ResultProcessor processor = processor(false, timer, reconciles);
            this.receiver = new MessageReceiver(clients.sqs(), queue, permits, timer, extensions, new Listener());
            LeftToQueue left = services.left();
            receiver.deliverTo(new NotificationHandler(
                    receiver,
                    new LandingPolicy(endpoint.name(), settings.outputs(), settings.failures()),
                    writtenHere(),
                    processor::handleHere,
                    notifications.backoff(),
                    cleanUp,
                    options.getForeignMessages(),
                    left,
                    workers,
                    route::report,
                    observer));
            this.reconciliation = reconciles ? reconciliation(queue, left) : null;
            if (reconciles) {
                reconciliation.start();
            }
        } catch (Exception e) {
            abandon();
            throw e;
        }
    }

    private Reconciliation reconciliation(QueueSettings queue, LeftToQueue left) {
        // A round that fails now and then does not make the consumer unready.
        Listing listing = listing(ResultObserver.none());
        AgeWindow window =
                new AgeWindow(notifications.reconcileMinAge(), notifications.reconcileMaxAge(), Clock.systemUTC());
        return new Reconciliation(
                listing.scan(),
                listing.results(),
                landing -> window.contains(landing.eventTime()) && !left.contains(landing, queue.maxReceiveCount()),
                permits,
                left,
                notifications.reconcileInterval(),
                thread("SageMakerAsyncReconciliation"),
                route::report);
    }

    private final class Listener implements MessageReceiver.Listener {

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
            QueueSession.this.report(message, failure);
        }
    }

    /** Where the endpoint puts objects itself, if S3 tells of these too: results that were moved, and payloads. */
    private List<S3Prefix> writtenHere() {
        S3Prefix inputs =
                options.getInputLocation() == null ? null : S3Prefix.parse("inputLocation", options.getInputLocation());
        return Stream.of(settings.disposal().target(), settings.failedTarget(), inputs)
                .filter(Objects::nonNull)
                .toList();
    }

    @Override
    void open() {
        receiver.open();
        super.open();
    }

    @Override
    void pause() {
        receiver.pause();
        super.pause();
    }

    @Override
    int inFlight() {
        return receiver.inFlight();
    }

    @Override
    CompletableFuture<Void> nothingInHand() {
        return receiver.nothingInHand();
    }

    /** Waits for a receive under way and for acknowledgements. */
    @Override
    void stopSource() {
        if (reconciliation != null) {
            reconciliation.stop();
        }
        int seconds = notifications.waitTimeSeconds() + ANSWER_SECONDS;
        QueuePreparation.awaitEnd(
                receiver.stop(),
                seconds,
                "SQS did not answer within " + seconds
                        + " s while the consumer stopped: messages may stay invisible until"
                        + " their visibility timeout is over, and be delivered again");
    }
}
