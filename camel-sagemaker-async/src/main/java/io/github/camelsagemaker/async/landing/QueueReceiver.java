package io.github.camelsagemaker.async.landing;

import io.github.camelsagemaker.async.observe.ResultObserver;
import io.github.camelsagemaker.async.settle.Acknowledger;
import io.github.camelsagemaker.async.settle.MessageVisibility;
import io.github.camelsagemaker.async.settle.QueueMessage;
import io.github.camelsagemaker.async.settle.VisibilityExtender;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiConsumer;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/**
 * Receives the messages of a queue, and offers what can be done with one: hold, acknowledge, give back. What a message means
 * its handler knows. Puts together the parts for this, with one set of permits.
 *
 * <p>Thread-safe; blocks nowhere.
 */
public final class QueueReceiver {

    /** Long enough for a batch to fill at load, too short to matter otherwise. */
    private static final Duration ACKNOWLEDGE_LINGER = Duration.ofMillis(50);

    private final Parts parts;
    private final PermitDesk desk;
    private final MessageVisibility visibility;
    private final Acknowledger acknowledger;
    private final VisibilityExtender extender;
    private NotificationQueue queue;

    /**
     * What a receiver is made of.
     *
     * @param sqs the client, not closed here
     * @param queue how the queue is received from
     * @param maxExtension how long from its receive a message is held, or null if messages are not held
     * @param maxInFlight how many messages are handled at once
     * @param timer for short tasks, not shut down here
     * @param workers runs every task exactly once, and may block
     * @param reporter is told of receives that failed
     * @param observer is told how receiving goes
     */
    public record Parts(
            SqsAsyncClient sqs,
            QueueSettings queue,
            Duration maxExtension,
            int maxInFlight,
            ScheduledExecutorService timer,
            Executor workers,
            BiConsumer<String, Throwable> reporter,
            ResultObserver observer) {}

    public QueueReceiver(Parts parts) {
        this.parts = parts;
        String url = parts.queue().url();
        this.desk = new PermitDesk(parts.maxInFlight());
        this.visibility = new MessageVisibility(parts.sqs(), url);
        this.acknowledger = new Acknowledger(parts.sqs(), url, parts.timer(), ACKNOWLEDGE_LINGER);
        this.extender = parts.maxExtension() == null
                ? null
                : new VisibilityExtender(
                        visibility,
                        parts.queue().visibilityTimeout(),
                        parts.maxExtension(),
                        parts.timer(),
                        Clock.systemUTC());
    }

    /** Names who takes the messages. To be called once, before {@link #open}. */
    public void deliverTo(MessageHandler handler) {
        queue = new NotificationQueue(
                parts.sqs(),
                parts.queue(),
                desk,
                handler,
                visibility,
                parts.timer(),
                Clock.systemUTC(),
                this::reportOnWorker,
                parts.observer());
    }

    private void reportOnWorker(String message, Throwable failure) {
        parts.workers().execute(() -> parts.reporter().accept(message, failure));
    }

    /** Starts receiving, or goes on after a {@link #pause}. */
    public void open() {
        queue.open();
    }

    /** Receives no more. Messages that still arrive are given back at once. */
    public void pause() {
        queue.pause();
    }

    boolean isOpen() {
        return queue.isOpen();
    }

    /**
     * Ends everything. To be called after {@link #pause}, when what was received is handled.
     *
     * @return ends, never exceptionally, when no receive is under way and every acknowledgement was answered
     */
    public CompletableFuture<Void> stop() {
        return CompletableFuture.allOf(queue.quiet(), acknowledger.close()).whenComplete((done, failure) -> {
            if (extender != null) {
                extender.close();
            }
        });
    }

    public Acknowledger acknowledger() {
        return acknowledger;
    }

    public MessageVisibility visibility() {
        return visibility;
    }

    /** Keeps the message invisible to others until it is let go. */
    public void hold(QueueMessage message) {
        if (extender != null) {
            extender.hold(message);
        }
    }

    /** Keeps the message invisible no longer. */
    public void letGo(QueueMessage message) {
        if (extender != null) {
            extender.letGo(message);
        }
    }

    PermitDesk desk() {
        return desk;
    }

    /** How many messages are on their way, or asked for by a receive. */
    public int inFlight() {
        return desk.inUse();
    }
}
