package io.github.camelsagemaker.async.landing;

import io.github.camelsagemaker.async.error.AwsErrors;
import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.landing.InFlightPermits.Permit;
import io.github.camelsagemaker.async.observe.ResultObserver;
import io.github.camelsagemaker.async.settle.MessageVisibility;
import io.github.camelsagemaker.async.settle.QueueMessage;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageResponse;

/**
 * Receives messages for ever, by long polling, without a thread that waits. A receive asks for no more messages than it has
 * permits, so whatever arrives can be handled at once. After an error it waits longer and longer, and never gives up.
 *
 * <p>Messages that arrive while it is paused, from a receive that was under way, are given back at once. Thread-safe.
 */
public final class NotificationQueue {

    private static final Logger LOG = LoggerFactory.getLogger(NotificationQueue.class);

    private static final String OPTION = "notificationQueue";

    /** SQS quotas: messages in one receive. */
    private static final int BATCH = 10;

    /** How long a receive waits for a full batch of permits: permits come back one by one, requests cost money. */
    private static final long LINGER_MILLIS = 100;

    private final SqsAsyncClient sqs;
    private final QueueSettings settings;
    private final PermitDesk desk;
    private final MessageHandler handler;
    private final MessageVisibility visibility;
    private final ScheduledExecutorService timer;
    private final Clock clock;
    private final BiConsumer<String, Throwable> reporter;
    private final ResultObserver observer;
    private final ReceiveBackoff backoff =
            new ReceiveBackoff(() -> ThreadLocalRandom.current().nextDouble());
    private final Set<CompletableFuture<?>> receives = ConcurrentHashMap.newKeySet();
    private boolean open;
    private boolean waiting;
    private boolean lingering;
    private int underWay;

    /**
     * @param sqs the client, not closed here
     * @param timer for short tasks, not shut down here
     * @param reporter is told of failed receives
     * @param observer is told how receiving goes
     */
    NotificationQueue(
            SqsAsyncClient sqs,
            QueueSettings settings,
            PermitDesk desk,
            MessageHandler handler,
            MessageVisibility visibility,
            ScheduledExecutorService timer,
            Clock clock,
            BiConsumer<String, Throwable> reporter,
            ResultObserver observer) {
        this.sqs = sqs;
        this.settings = settings;
        this.desk = desk;
        this.handler = handler;
        this.visibility = visibility;
        this.timer = timer;
        this.clock = clock;
        this.reporter = reporter;
        this.observer = observer;
        desk.onReturn(this::receiveMore);
    }

    /** Starts receiving, or goes on after a {@link #pause}. */
    void open() {
        synchronized (this) {
            open = true;
        }
        desk.resume();
        receiveMore();
    }

    /** Begins no more receives. What is handled already goes on. */
    void pause() {
        synchronized (this) {
            open = false;
        }
        desk.pause();
    }

    synchronized boolean isOpen() {
        return open;
    }

    /** Ends, never exceptionally, when no receive is under way and what arrived late was given back. */
    CompletableFuture<Void> quiet() {
        return CompletableFuture.allOf(receives.toArray(CompletableFuture[]::new));
    }

    private void receiveMore() {
        receive(true);
    }

    private void receive(boolean patient) {
        Receive receive = begin(patient);
        while (receive != null) {
            send(receive);
            receive = begin(patient);
        }
    }

    /** A receive under way, the permits for what it may bring, and its end. */
    private record Receive(List<Permit> permits, CompletableFuture<Void> over) {}

    /** One more receive, not sent yet; null if there is to be no more now. */
    private synchronized Receive begin(boolean patient) {
        if (!open || waiting || underWay >= settings.concurrentReceives()) {
            return null;
        }
        int free = desk.free();
        if (patient && free > 0 && free < Math.min(BATCH, desk.capacity())) {
            linger();
            return null;
        }
        List<Permit> permits = desk.take(BATCH);
        if (permits.isEmpty()) {
            return null;
        }
        underWay++;
        CompletableFuture<Void> over = new CompletableFuture<>();
        // Known before it is sent: a stop in between would not wait for it.
        receives.add(over);
        over.whenComplete((done, failure) -> receives.remove(over));
        return new Receive(permits, over);
    }

    private void linger() {
        if (!lingering) {
            lingering = true;
            timer.schedule(
                    () -> {
                        synchronized (this) {
                            lingering = false;
                        }
                        receive(false);
                    },
                    LINGER_MILLIS,
                    TimeUnit.MILLISECONDS);
        }
    }

    private void send(Receive receive) {
        CompletableFuture<ReceiveMessageResponse> answer;
        try {
            answer = sqs.receiveMessage(request(receive.permits().size()));
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        // An answer that cannot be read counts as a failed receive: then there is another one.
        answer.thenApply(response ->
                        response.messages().stream().map(this::message).toList())
                .whenComplete((arrived, failure) -> {
                    if (failure == null) {
                        received(arrived, receive.permits())
                                .whenComplete((done, bug) -> receive.over().complete(null));
                    } else {
                        failed(failure, receive.permits());
                        receive.over().complete(null);
                    }
                    receiveMore();
                });
    }

    private ReceiveMessageRequest request(int messages) {
        ReceiveMessageRequest.Builder request = ReceiveMessageRequest.builder()
                .queueUrl(settings.url())
                .maxNumberOfMessages(messages)
                .waitTimeSeconds(settings.waitTimeSeconds())
                .messageSystemAttributeNames(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT);
        if (!settings.ownVisibilityTimeout()) {
            request.visibilityTimeout((int) settings.visibilityTimeout().toSeconds());
        }
        return request.build();
    }

    private CompletableFuture<?> received(List<QueueMessage> arrived, List<Permit> permits) {
        observer.called(OPTION);
        boolean wanted;
        synchronized (this) {
            underWay--;
            backoff.succeeded();
            wanted = open;
        }
        if (!wanted) {
            desk.giveBack(permits);
            return arrived.isEmpty() ? CompletableFuture.completedFuture(null) : release(arrived);
        }
        for (int i = 0; i < arrived.size(); i++) {
            Permit permit = permits.get(i);
            handler.handle(arrived.get(i)).whenComplete((done, bug) -> desk.giveBack(List.of(permit)));
        }
        desk.giveBack(permits.subList(arrived.size(), permits.size()));
        return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<?> release(List<QueueMessage> messages) {
        return visibility
                .release(messages)
                .thenAccept(refusals -> refusals.forEach(refusal -> LOG.warn(
                        "{} arrived while stopping and could not be given back; it stays invisible until its"
                                + " visibility timeout is over: {}",
                        refusal.message(),
                        refusal.reason())));
    }

    private QueueMessage message(Message message) {
        Instant now = clock.instant();
        String count = message.attributes().get(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT);
        return new QueueMessage(
                message.messageId(),
                message.receiptHandle(),
                count == null ? 1 : Integer.parseInt(count),
                now,
                now.plus(settings.visibilityTimeout()),
                message.body());
    }

    private void failed(Throwable failure, List<Permit> permits) {
        long delay;
        boolean wanted;
        synchronized (this) {
            underWay--;
            wanted = open;
            delay = backoff.failed();
            waiting = true;
        }
        desk.giveBack(permits);
        timer.schedule(this::retry, delay, TimeUnit.MILLISECONDS);
        if (wanted) {
            SageMakerAsyncException translated =
                    AwsErrors.translate("ReceiveMessage", "'" + settings.url() + "' (option " + OPTION + ")", failure);
            observer.callFailed(OPTION, translated);
            reporter.accept("Receiving from the queue failed; the next attempt is in " + delay + " ms", translated);
        }
    }

    private void retry() {
        synchronized (this) {
            waiting = false;
        }
        receiveMore();
    }
}
