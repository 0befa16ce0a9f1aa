package io.github.camelsagemaker.async.landing;

import io.github.camelsagemaker.async.observe.ResultObserver;
import io.github.camelsagemaker.async.observe.ResultObserver.Poison;
import io.github.camelsagemaker.async.settle.MessageSettlement;
import io.github.camelsagemaker.async.settle.MessageVisibility.Change;
import io.github.camelsagemaker.async.settle.QueueMessage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what becomes of a message: its results are handled one after the other, or it is acknowledged, left, or given to
 * the exception handler. Nothing that a message says stops the consumer.
 *
 * <p>Thread-safe; parsing and exception handlers run on the workers.
 */
final class NotificationHandler implements MessageHandler {

    private static final Logger LOG = LoggerFactory.getLogger(NotificationHandler.class);

    /** At once would be a busy loop with ourselves on a shared queue. */
    private static final int LEAVE_SECONDS = 1;

    private final NotificationParser parser = new NotificationParser();
    private final NotificationCounters counters = new NotificationCounters();
    private final LandingPolicy policy;
    private final LandingHandler landings;
    private final Settlements settlements;
    private final QueueReceiver receiver;
    private final ForeignMessages foreignMessages;
    private final LeftToQueue left;
    private final ResultObserver observer;
    private final Executor workers;
    private final BooleanSupplier accepting;
    private final BiConsumer<String, Throwable> reporter;

    /** Makes the settlement of a message. */
    @FunctionalInterface
    interface Settlements {
        MessageSettlement of(QueueMessage message, int landings);
    }

    /** What the handler works with. */
    record Parts(
            LandingPolicy policy,
            LandingHandler landings,
            Settlements settlements,
            QueueReceiver receiver,
            ForeignMessages foreignMessages,
            LeftToQueue left,
            ResultObserver observer) {}

    /**
     * @param accepting whether results may still be begun; if not, the rest of a message is given back
     * @param reporter is told of messages that lead to no exchange because something is wrong
     */
    NotificationHandler(
            Parts parts, Executor workers, BooleanSupplier accepting, BiConsumer<String, Throwable> reporter) {
        this.policy = parts.policy();
        this.landings = parts.landings();
        this.settlements = parts.settlements();
        this.receiver = parts.receiver();
        this.foreignMessages = parts.foreignMessages();
        this.left = parts.left();
        this.observer = parts.observer();
        this.workers = workers;
        this.accepting = accepting;
        this.reporter = reporter;
    }

    NotificationCounters counters() {
        return counters;
    }

    @Override
    public CompletableFuture<Void> handle(QueueMessage message) {
        return CompletableFuture.supplyAsync(() -> begin(message), workers)
                .thenCompose(Function.identity())
                .exceptionallyAsync(
                        bug -> {
                            reporter.accept(message + " was not handled to the end; it will be delivered again", bug);
                            return null;
                        },
                        workers);
    }

    private CompletableFuture<Void> begin(QueueMessage message) {
        List<Landing> found;
        try {
            found = parser.parse(message.body()).stream()
                    .flatMap(notification -> policy.judge(notification).stream())
                    .toList();
        } catch (ForeignNotificationException e) {
            counters.countForeign();
            observer.poisoned(Poison.FOREIGN);
            return foreign(message, e);
        } catch (MalformedNotificationException e) {
            counters.countRefused();
            observer.poisoned(Poison.MALFORMED);
            reporter.accept(message + " is left to the queue's redrive policy", e);
            return CompletableFuture.completedFuture(null);
        }
        if (found.isEmpty()) {
            counters.countIrrelevant();
            return acknowledge(message);
        }
        return handleAll(message, found);
    }

    private CompletableFuture<Void> foreign(QueueMessage message, ForeignNotificationException e) {
        return switch (foreignMessages) {
            case REJECT -> {
                reporter.accept(message + " is left to the queue's redrive policy", e);
                yield CompletableFuture.completedFuture(null);
            }
            case LEAVE -> changeVisibility(message, LEAVE_SECONDS);
            case ACKNOWLEDGE -> acknowledge(message);
        };
    }

    private CompletableFuture<Void> acknowledge(QueueMessage message) {
        return receiver.acknowledger()
                .acknowledge(message)
                .exceptionallyAsync(
                        failure -> {
                            reporter.accept(message + " means no result, but could not be acknowledged", failure);
                            return null;
                        },
                        workers);
    }

    private CompletableFuture<Void> changeVisibility(QueueMessage message, int seconds) {
        return receiver.visibility()
                .change(List.of(new Change(message, seconds)))
                .thenAccept(refusals -> refusals.forEach(
                        refusal -> LOG.warn("{} could not be given back: {}", message, refusal.reason())));
    }

    private CompletableFuture<Void> handleAll(QueueMessage message, List<Landing> found) {
        MessageSettlement settlement = settlements.of(message, found.size());
        receiver.hold(message);
        CompletableFuture<Boolean> all = CompletableFuture.completedFuture(true);
        for (Landing landing : found) {
            // One after the other: the message has one permit.
            all = onWorker(
                    all,
                    goOn -> goOn && accepting.getAsBoolean()
                            ? handle(landing, settlement).thenApply(done -> true)
                            : CompletableFuture.completedFuture(false));
        }
        return all.whenComplete((handledAll, bug) -> receiver.letGo(message))
                .thenCompose(handledAll ->
                        handledAll ? CompletableFuture.completedFuture(null) : changeVisibility(message, 0));
    }

    /** The next step on this worker if the one before is over, else on whichever is free then. */
    private CompletableFuture<Boolean> onWorker(
            CompletableFuture<Boolean> step, Function<Boolean, CompletableFuture<Boolean>> next) {
        return step.isDone() ? step.thenCompose(next) : step.thenComposeAsync(next, workers);
    }

    private CompletableFuture<LandingOutcome> handle(Landing landing, MessageSettlement settlement) {
        return landings.handleHere(landing, settlement.of(landing)).whenComplete((outcome, bug) -> {
            if (outcome == LandingOutcome.FAILED) {
                left.add(landing);
            } else if (outcome != LandingOutcome.IN_PROGRESS) {
                left.remove(landing);
            }
        });
    }
}
