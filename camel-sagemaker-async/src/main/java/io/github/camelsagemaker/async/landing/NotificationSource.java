package io.github.camelsagemaker.async.landing;

import io.github.camelsagemaker.async.observe.ResultObserver;
import io.github.camelsagemaker.async.settle.MessageSettlement;
import io.github.camelsagemaker.async.settle.ObjectCleanUp;
import io.github.camelsagemaker.async.settle.QueueMessage;
import io.github.camelsagemaker.async.settle.RedeliveryBackoff;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/**
 * Results as a queue tells of them, and, if asked for, as S3 holds them where the queue told nothing. Puts together the
 * parts that receive, hold, settle and acknowledge messages, and shares permits among them.
 *
 * <p>Thread-safe; blocks nowhere.
 */
public final class NotificationSource {

    private final Parts parts;
    private final QueueReceiver receiver;
    private final LeftToQueue left = new LeftToQueue();
    private final NotificationHandler handler;
    private volatile Reconciliation reconciliation;

    /**
     * What a source is made of.
     *
     * @param sqs the client, not closed here
     * @param queue how the queue is received from
     * @param policy which notifications mean results
     * @param landings takes results all the way
     * @param cleanUp clears up in S3 after a message was acknowledged
     * @param backoff when failed messages come back
     * @param maxExtension how long from its receive a message is held, or null if messages are not held
     * @param foreignMessages what is done with messages about other endpoints
     * @param maxInFlight how many messages are handled at once
     * @param timer for short tasks, not shut down here
     * @param workers runs every task exactly once, and may block
     * @param reporter is told of what goes wrong outside exchanges
     * @param observer is told how receiving goes, and of messages that lead to nothing
     */
    public record Parts(
            SqsAsyncClient sqs,
            QueueSettings queue,
            LandingPolicy policy,
            LandingHandler landings,
            ObjectCleanUp cleanUp,
            RedeliveryBackoff backoff,
            Duration maxExtension,
            ForeignMessages foreignMessages,
            int maxInFlight,
            ScheduledExecutorService timer,
            Executor workers,
            BiConsumer<String, Throwable> reporter,
            ResultObserver observer) {}

    /** How S3 is looked through for results whose notification was lost. */
    public record ReconciliationPlan(
            BucketScan scan,
            ListedResults listed,
            ScheduledExecutorService thread,
            Duration interval,
            Duration minAge,
            Duration maxAge) {}

    public NotificationSource(Parts parts) {
        this.parts = parts;
        this.receiver = new QueueReceiver(new QueueReceiver.Parts(
                parts.sqs(),
                parts.queue(),
                parts.maxExtension(),
                parts.maxInFlight(),
                parts.timer(),
                parts.workers(),
                parts.reporter(),
                parts.observer()));
        this.handler = new NotificationHandler(handlerParts(), parts.workers(), receiver::isOpen, parts.reporter());
        receiver.deliverTo(handler);
    }

    private NotificationHandler.Parts handlerParts() {
        return new NotificationHandler.Parts(
                parts.policy(),
                parts.landings(),
                this::settlementOf,
                receiver,
                parts.foreignMessages(),
                left,
                parts.observer());
    }

    private MessageSettlement settlementOf(QueueMessage message, int landings) {
        return new MessageSettlement(
                message, landings, receiver.acknowledger(), receiver.visibility(), parts.backoff(), parts.cleanUp());
    }

    /** Adds the reconciliation; to be called before {@link #open}. */
    public void reconcile(ReconciliationPlan plan) {
        AgeWindow window = new AgeWindow(plan.minAge(), plan.maxAge(), Clock.systemUTC());
        Predicate<Landing> young = landing -> window.contains(landing.eventTime()) && !left.contains(landing);
        reconciliation = new Reconciliation(
                plan.scan(),
                plan.listed(),
                young,
                receiver.desk(),
                plan.interval(),
                plan.thread(),
                parts.reporter());
        reconciliation.start();
    }

    /** Starts receiving, or goes on after a {@link #pause}. */
    public void open() {
        receiver.open();
    }

    /** Begins nothing more. Exchanges go on; messages that still arrive are given back at once. */
    public void pause() {
        receiver.pause();
    }

    /**
     * Ends everything. To be called after {@link #pause}, when exchanges are over.
     *
     * @return ends, never exceptionally, when no receive is under way and every acknowledgement was answered
     */
    public CompletableFuture<Void> stop() {
        if (reconciliation != null) {
            reconciliation.stop();
        }
        return receiver.stop();
    }

    /** How many messages and found results are on their way, or asked for by a receive. */
    public int inFlight() {
        return receiver.inFlight();
    }

    public NotificationCounters counters() {
        return handler.counters();
    }
}
