package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.ForeignMessages;
import io.github.camelsagemaker.async.error.ForeignNotificationException;
import io.github.camelsagemaker.async.error.MalformedNotificationException;
import io.github.camelsagemaker.async.internal.observe.ResultObserver;
import io.github.camelsagemaker.async.internal.observe.ResultObserver.Poison;
import io.github.camelsagemaker.async.internal.result.NotificationParser;
import io.github.camelsagemaker.async.internal.result.ResultEvent;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import io.github.camelsagemaker.async.internal.sqs.MessageReceiver;
import io.github.camelsagemaker.async.internal.sqs.QueueMessage;
import io.github.camelsagemaker.async.internal.sqs.RedeliveryBackoff;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Decides what becomes of a message: its results are handled one after the other, or it is acknowledged, left, or given to
 * the exception handler. Nothing that a message says stops the consumer.
 *
 * <p>Thread-safe; parsing and exception handlers run on the workers.
 *
 * @param ownPlaces of the endpoint's consumers and producers: a message about an object that is put there means nothing
 * @param processor takes results all the way, beginning on the caller's thread
 */
record NotificationHandler(
        MessageReceiver receiver,
        PlacePolicy policy,
        Collection<S3Prefix> ownPlaces,
        BiFunction<ResultEvent, Settlement, CompletableFuture<ResultOutcome>> processor,
        RedeliveryBackoff backoff,
        ObjectCleanUp cleanUp,
        ForeignMessages foreignMessages,
        Executor workers,
        BiConsumer<String, Throwable> reporter,
        ResultObserver observer)
        implements Function<QueueMessage, CompletableFuture<Void>> {

    /** A message left to others comes back after a second, then after two, up to 64. */
    private static final int LEAVE_DOUBLINGS = 6;

    @Override
    public CompletableFuture<Void> apply(QueueMessage message) {
        return reported(
                CompletableFuture.supplyAsync(() -> begin(message), workers).thenCompose(Function.identity()),
                () -> message + " was not handled to the end; it will be delivered again");
    }

    private CompletableFuture<Void> reported(CompletableFuture<Void> step, Supplier<String> failing) {
        return step.exceptionallyAsync(
                failure -> {
                    reporter.accept(failing.get(), failure);
                    return null;
                },
                workers);
    }

    private CompletableFuture<Void> begin(QueueMessage message) {
        if (!receiver.isOpen()) {
            return receiver.giveBack(message, 0);
        }
        List<ResultEvent> found = new ArrayList<>();
        List<RuntimeException> refusals = new ArrayList<>();
        try {
            for (ResultEvent.Builder result : NotificationParser.parse(message.body(), refusals::add)) {
                result.discoveredAt = message.receivedAt();
                try {
                    policy.judge(result).ifPresent(found::add);
                } catch (ForeignNotificationException | MalformedNotificationException e) {
                    if (result.status != null || ownPlaces.stream().noneMatch(place -> place.contains(result.object))) {
                        refusals.add(e);
                    }
                }
            }
        } catch (MalformedNotificationException e) {
            refusals.add(e);
        }
        RuntimeException refusal = refusals.isEmpty() ? null : refusals.get(refusals.size() - 1);
        if (refusal instanceof ForeignNotificationException && found.isEmpty()) {
            return foreign(message, refusal);
        }
        if (refusal != null) {
            observer.poisoned(Poison.MALFORMED);
            reporter.accept(
                    message + " is left to the queue's redrive policy"
                            + (found.isEmpty() ? "" : "; its results in the right place are handled"),
                    refusal);
        } else if (found.isEmpty()) {
            return acknowledge(message);
        }
        return handleAll(
                        found,
                        new Settlement.Message(
                                message, found.size(), refusal == null, receiver, backoff, new ArrayList<>()))
                .thenCompose(handledAll ->
                        handledAll ? CompletableFuture.completedFuture(null) : receiver.giveBack(message, 0));
    }

    private CompletableFuture<Void> foreign(QueueMessage message, RuntimeException refusal) {
        observer.poisoned(Poison.FOREIGN);
        return switch (foreignMessages) {
            case REJECT -> {
                reporter.accept(message + " is left to the queue's redrive policy", refusal);
                yield CompletableFuture.completedFuture(null);
            }
            // At once would be a busy loop, and each receive brings the message nearer to the dead-letter queue.
            case LEAVE -> receiver.giveBack(message, 1 << Math.min(message.receiveCount() - 1, LEAVE_DOUBLINGS));
            case ACKNOWLEDGE -> acknowledge(message);
        };
    }

    private CompletableFuture<Void> acknowledge(QueueMessage message) {
        return reported(
                receiver.acknowledger().acknowledge(message),
                () -> message + " means no result, but could not be acknowledged");
    }

    /** Ends with false if the receiver was paused meanwhile, so that the rest is given back. */
    private CompletableFuture<Boolean> handleAll(List<ResultEvent> found, Settlement.Message message) {
        CompletableFuture<Boolean> all = CompletableFuture.completedFuture(true);
        ObjectCleanUp objects = found.size() == 1 ? cleanUp : cleanUp.withoutPermit();
        for (ResultEvent event : found) {
            Function<Boolean, CompletableFuture<Boolean>> next = goOn -> goOn && receiver.isOpen()
                    ? processor
                            .apply(event, new Settlement(event, objects, message))
                            .thenApply(outcome -> outcome != ResultOutcome.PAUSED
                                    && (outcome != ResultOutcome.IN_PROGRESS || receiver.isOpen()))
                    : CompletableFuture.completedFuture(false);
            // One after the other: the message has one permit. On this worker if the one before is over, else on any.
            all = all.isDone() ? all.thenCompose(next) : all.thenComposeAsync(next, workers);
        }
        return all;
    }
}
