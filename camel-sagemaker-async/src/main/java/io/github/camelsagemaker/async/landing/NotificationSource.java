package io.github.camelsagemaker.async.landing;

import io.github.camelsagemaker.async.observe.ResultObserver;
import io.github.camelsagemaker.async.settle.Acknowledger;
import io.github.camelsagemaker.async.settle.MessageSettlement;
import io.github.camelsagemaker.async.settle.MessageVisibility;
import io.github.camelsagemaker.async.settle.ObjectCleanUp;
import io.github.camelsagemaker.async.settle.QueueMessage;
import io.github.camelsagemaker.async.settle.RedeliveryBackoff;
import io.github.camelsagemaker.async.settle.Settlement;
import io.github.camelsagemaker.async.settle.VisibilityExtender;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/**
 * Results as a queue tells of them, and, if asked for, as S3 holds them where the queue told nothing. Puts together the
 * parts that receive, hold, settle and acknowledge messages, and shares permits among them.
 *
 * <p>Thread-safe; blocks nowhere.
 */
public final class NotificationSource {

    /** Long enough for a batch to fill at load, too short to matter otherwise. */
    private static final Duration ACKNOWLEDGE_LINGER = Duration.ofMillis(50);

    private final Parts parts;
    private final PermitDesk desk;
    private final MessageVisibility visibility;
    private final Acknowledger acknowledger;
    private final VisibilityExtender extender;
    private final LeftToQueue left = new LeftToQueue();
    private final NotificationHandler handler;
    private final NotificationQueue queue;
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
            Predicate<Landing> candidates,
            Function<Landing, Settlement> settlements,
            Duration interval,
            Duration minAge,
            Duration maxAge) {}

    public NotificationSource(Parts parts) {
        this.parts = parts;
        Clock clock = Clock.systemUTC();
        String url = parts.queue().url();
        this.desk = new PermitDesk(parts.maxInFlight());
        this.visibility = new MessageVisibility(parts.sqs(), url);
        this.acknowledger = new Acknowledger(parts.sqs(), url, parts.timer(), ACKNOWLEDGE_LINGER);
        this.extender = parts.maxExtension() == null
                ? null
                : new VisibilityExtender(
                        visibility, parts.queue().visibilityTimeout(), parts.maxExtension(), parts.timer(), clock);
        this.handler = new NotificationHandler(handlerParts(), parts.workers(), this::isOpen, parts.reporter());
        this.queue = new NotificationQueue(
                parts.sqs(),
                parts.queue(),
                desk,
                handler,
                visibility,
                parts.timer(),
                clock,
                this::reportOnWorker,
                parts.observer());
    }

    private NotificationHandler.Parts handlerParts() {
        return new NotificationHandler.Parts(
                parts.policy(),
                parts.landings(),
                this::settlementOf,
                holder(),
                acknowledger,
                visibility,
                parts.foreignMessages(),
                left,
                parts.observer());
    }

    private MessageSettlement settlementOf(QueueMessage message, int landings) {
        return new MessageSettlement(message, landings, acknowledger, visibility, parts.backoff(), parts.cleanUp());
    }

    private NotificationHandler.Holder holder() {
        return new NotificationHandler.Holder() {
            @Override
            public void hold(QueueMessage message) {
                if (extender != null) {
                    extender.hold(message);
                }
            }

            @Override
            public void letGo(QueueMessage message) {
                if (extender != null) {
                    extender.letGo(message);
                }
            }
        };
    }

    private boolean isOpen() {
        return queue.isOpen();
    }

    private void reportOnWorker(String message, Throwable failure) {
        parts.workers().execute(() -> parts.reporter().accept(message, failure));
    }

    /** Adds the reconciliation; to be called before {@link #open}. */
    public void reconcile(ReconciliationPlan plan) {
        AgeWindow window = new AgeWindow(plan.minAge(), plan.maxAge(), Clock.systemUTC());
        Predicate<Landing> young = landing -> window.contains(landing.eventTime()) && !left.contains(landing);
        reconciliation = new Reconciliation(
                plan.scan(),
                young.and(plan.candidates()),
                parts.landings(),
                plan.settlements(),
                desk,
                plan.interval(),
                parts.timer(),
                parts.workers(),
                parts.reporter());
        reconciliation.start();
    }

    /** Starts receiving, or goes on after a {@link #pause}. */
    public void open() {
        queue.open();
    }

    /** Begins nothing more. Exchanges go on; messages that still arrive are given back at once. */
    public void pause() {
        queue.pause();
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
        return CompletableFuture.allOf(queue.quiet(), acknowledger.close()).whenComplete((done, failure) -> {
            if (extender != null) {
                extender.close();
            }
        });
    }

    /** How many messages and found results are on their way, or asked for by a receive. */
    public int inFlight() {
        return desk.inUse();
    }

    public NotificationCounters counters() {
        return handler.counters();
    }
}
