package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.error.NotEmittedException;
import io.github.camelsagemaker.async.error.ResultNotFoundException;
import io.github.camelsagemaker.async.internal.concurrent.Backoff;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.consume.IdempotencyGuard.Found;
import io.github.camelsagemaker.async.internal.observe.ResultObserver;
import io.github.camelsagemaker.async.internal.observe.ResultObserver.Ending;
import io.github.camelsagemaker.async.internal.result.BodyMode;
import io.github.camelsagemaker.async.internal.result.InferenceResult;
import io.github.camelsagemaker.async.internal.result.RequestRecords;
import io.github.camelsagemaker.async.internal.result.RequestRecords.RequestRecord;
import io.github.camelsagemaker.async.internal.result.ResultContent;
import io.github.camelsagemaker.async.internal.result.ResultContent.VersionNeed;
import io.github.camelsagemaker.async.internal.result.ResultEvent;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of every result, however it was found: claim it, find its request's record, read it, send it through the route; if
 * that succeeded remember it, end the record, settle it; if it failed, forget it and give it back; always release it.
 *
 * <p>Thread-safe. The caller is never blocked: repositories, the route and exception handlers run on the workers, at most
 * one at a time for each result; AWS is called without waiting. Whatever throws or calls back twice, each step of a result runs
 * once: the steps hang on futures, which end once.
 *
 * @param left null where no queue announces results
 * @param workers runs every task it is given exactly once, and may block
 * @param closed from when on no more exchanges are begun; those that were begun are settled
 */
record ResultProcessor(
        ConsumerRoute route,
        ResultContent content,
        IdempotencyGuard handled,
        RequestRecords records,
        ReconcileExclusions.OfQueue left,
        boolean removes,
        Executor workers,
        ResultObserver observer,
        BooleanSupplier closed) {

    private static final Logger LOG = LoggerFactory.getLogger(ResultProcessor.class);

    /** How long a delivered result is held while its key cannot be stored. */
    private static final Duration KEY_PATIENCE = Duration.ofSeconds(10);

    /**
     * Takes one result all the way without blocking the caller. The source holds a permit for it meanwhile.
     *
     * @param preparation adds what the source alone knows to the exchange, on a worker, before anything else happens
     * @param first runs the first step: the workers, or the caller's thread, if it is a worker that has nothing else to do
     * @return ends, never exceptionally, after the settlement was carried out or its failure reported
     */
    CompletableFuture<ResultOutcome> handle(
            ResultEvent event, Settlement settlement, Consumer<Exchange> preparation, Executor first) {
        Journey journey = new Journey(event, settlement);
        Supplier<CompletableFuture<ResultOutcome>> steps =
                () -> closed.getAsBoolean() ? journey.leave(false) : journey.claim(preparation);
        return CompletableFuture.supplyAsync(() -> Futures.call(steps).handle(journey::release), first)
                .thenCompose(Function.identity());
    }

    /** Whether a result that was found is worth dispatching. May block, and throw. */
    boolean isCandidate(ResultEvent event, String usersKey) {
        ResultKeys keys = ResultKeys.of(event, usersKey, left == null, event.object(), InferenceResult.NOTHING);
        try {
            boolean handledAndStays = !removes && handled.isAnyHandled(before(keys));
            return !handledAndStays && !handled.isInProgress(keys.claim(), event.key());
        } catch (RuntimeException e) {
            records.databaseIsAway();
            throw e;
        }
    }

    private static List<String> before(ResultKeys keys) {
        return Stream.concat(Stream.ofNullable(keys.own()), keys.duplicates().stream())
                .distinct()
                .toList();
    }

    /** One result on its way. Each step begins when the one before has ended, so no two run at once. */
    private final class Journey {

        private final ResultEvent event;
        private final Settlement settlement;
        private final Instant begun = observer.now();
        private volatile Exchange exchange;
        private volatile String usersKey;
        private volatile ResultKeys keys;
        /** What the event tells of the result, until S3 is asked; or null. */
        private volatile InferenceResult presumed;

        private volatile IdempotencyGuard.Claim claim;
        private volatile RequestRecord record = RequestRecord.UNTRACKED;
        private volatile InferenceResult read = InferenceResult.NOTHING;
        private volatile boolean mayBeGone;
        private volatile boolean emitted;

        Journey(ResultEvent event, Settlement settlement) {
            this.event = event;
            this.settlement = settlement;
        }

        private CompletableFuture<ResultOutcome> claim(Consumer<Exchange> preparation) {
            return ifNew(
                    () -> {
                        exchange = route.open(event);
                        preparation.accept(exchange);
                        usersKey = route.keyOf(event, exchange);
                        keys = ResultKeys.of(event, usersKey, left == null, event.object(), InferenceResult.NOTHING);
                        claim = handled.new Claim(exchange);
                        presumed = content.presumed(event);
                        Found found = take(
                                keys.claim(),
                                before(keys),
                                Stream.ofNullable(keys.own()).toList());
                        if (found == Found.NEW && !event.isListed()) {
                            claim.markPlace(event.key());
                        }
                        return found;
                    },
                    this::correlate);
        }

        private CompletableFuture<ResultOutcome> correlate() {
            try {
                Optional<RequestRecord> found = records.begin(event);
                if (found.isEmpty()) {
                    return leave(false);
                }
                record = found.get();
            } catch (Throwable e) {
                records.databaseIsAway();
                return fail(new NotEmittedException(
                        "The request of " + event + " could not be looked up (option pendingStore)", e));
            }
            if (event.status() == InferenceStatus.FAILED && event.object() == null && record.hasFailed()) {
                return drop(); // a listing found its object, whose version such a notification does not know
            }
            settlement.setInputLocation(record.inputLocation());
            if (presumed != null) {
                return then(CompletableFuture.completedFuture(presumed), this::emit);
            }
            return route.wants(event)
                    ? read()
                    : then(
                            Futures.call(() -> content.version(content.objectOf(event, record)))
                                    .thenApply(this::isKnown),
                            known -> succeed());
        }

        private CompletableFuture<ResultOutcome> read() {
            presumed = null;
            return then(Futures.call(() -> content.of(event, record)), this::emit);
        }

        /** Only now is it known which version this is. */
        private CompletableFuture<ResultOutcome> emit(InferenceResult result) {
            read = result;
            if (closed.getAsBoolean()) {
                return leave(false);
            }
            // What is presumed has no time, and must meet what S3 announced.
            Supplier<Found> claiming = isKnown(result)
                    ? () -> {
                        Found found = take(
                                content.need() == VersionNeed.TO_DELETE ? keys.timeless() : keys.version(),
                                keys.duplicates(),
                                keys.remembered());
                        // Whoever emitted it because of another notification may have deleted it while so much was
                        // read.
                        mayBeGone = found == Found.NEW
                                && removes
                                && result.memory() != null
                                && handled.isAnyHandled(keys.emitted());
                        return found;
                    }
                    // A listing may have found the failure's object, and deleted it, while it was waited for here.
                    : () -> record.hasFailedMeanwhile() ? Found.DUPLICATE : Found.NEW;
            return ifNew(
                    claiming,
                    () -> mayBeGone
                            ? then(
                                    content.reader().read(content.objectOf(event, record), BodyMode.NONE),
                                    there -> process(result))
                            : process(result));
        }

        private CompletableFuture<ResultOutcome> process(InferenceResult result) {
            emitted = true;
            return then(route.process(exchange, event, result, record), done -> succeed());
        }

        /** Only who has the claim can tell whether the queue has brought the result meanwhile, and it failed. */
        private Found take(String key, Collection<String> duplicates, Collection<String> eagerly) {
            Found found = claim.take(key, duplicates, eagerly);
            boolean isLeft = found == Found.NEW && left != null && event.isListed() && left.contains(event);
            return isLeft ? Found.IN_PROGRESS : found;
        }

        /** Takes note of what was read; whether that tells the version. */
        private boolean isKnown(InferenceResult result) {
            S3Location object = content.objectOf(event, record);
            if (object == null) {
                return false;
            }
            settlement.read(object, result);
            if (result.etag() != null || keys.version() != null) {
                keys = ResultKeys.of(event, usersKey, left == null, object, result);
            }
            return result.etag() != null && keys.version() != null;
        }

        private CompletableFuture<ResultOutcome> ifNew(
                Supplier<Found> claiming, Supplier<CompletableFuture<ResultOutcome>> next) {
            Found found;
            try {
                found = claiming.get();
            } catch (Throwable e) { // whatever a repository or an expression of the user throws
                records.databaseIsAway();
                return fail(
                        "The result is left for another attempt",
                        new NotEmittedException("Whether " + event + " was handled before could not be told", e));
            }
            return switch (found) {
                case NEW -> next.get();
                // A name may be used again for the same content.
                case DUPLICATE -> presumed != null && keys.version() != null ? read() : drop();
                case IN_PROGRESS -> leave(true);
            };
        }

        private CompletableFuture<ResultOutcome> succeed() {
            return succeed(System.nanoTime(), new Backoff(250, 5_000), false);
        }

        private CompletableFuture<ResultOutcome> succeed(long since, Backoff backoff, boolean isEnded) {
            Throwable notRemembered = failureOf(() -> claim.remember(keys.remembered()));
            Throwable notEnded = isEnded ? null : failureOf(() -> record.succeeded(event.status()));
            // Given back without either, the result would be emitted again; without its key, when notified again.
            Duration patience = notEnded == null ? KEY_PATIENCE : records.lease();
            if (notRemembered != null && !closed.getAsBoolean() && System.nanoTime() - since < patience.toNanos()) {
                LOG.debug("{} was delivered, and is held until that can be stored", event, notRemembered);
                Executor later = CompletableFuture.delayedExecutor(backoff.next(), TimeUnit.MILLISECONDS, workers);
                return CompletableFuture.supplyAsync(() -> succeed(since, backoff, notEnded == null), later)
                        .thenCompose(Function.identity());
            }
            if (notRemembered != null) {
                // Settled all the same: leaving it would repeat it for certain, settling may let a duplicate by.
                route.report(
                        "The exchange of " + event + " succeeded, but its key could not be remembered", notRemembered);
            }
            return notEnded == null
                    ? settle(ResultOutcome.SETTLED, () -> settlement.handled(true))
                    : notEnded(notEnded);
        }

        private static Throwable failureOf(Runnable step) {
            try {
                step.run();
                return null;
            } catch (Throwable e) {
                return e;
            }
        }

        /** Nothing is acknowledged: what comes again then ends the record as a duplicate. */
        private CompletableFuture<ResultOutcome> notEnded(Throwable failure) {
            record.abandoned();
            NotEmittedException cause = new NotEmittedException(
                    event + " was delivered, but the record of its request could not be ended (option pendingStore)",
                    failure);
            route.report("The result is left, so that this is tried again without another exchange", cause);
            return settle(ResultOutcome.POSTPONED, () -> settlement.failed(cause, false));
        }

        /** Handled before. Its object goes only if it is known to be the version that was emitted. */
        private CompletableFuture<ResultOutcome> drop() {
            record.abandoned();
            Throwable notEnded = failureOf(() -> record = records.handledBefore(event));
            if (notEnded != null) {
                return notEnded(notEnded);
            }
            settlement.setInputLocation(record.inputLocation());
            S3Location object = content.objectOf(event, record);
            if (!removes || object == null || handled.isEager()) {
                // An eager key is there before the exchange succeeded.
                return settle(ResultOutcome.DUPLICATE, () -> settlement.handled(!handled.isEager()));
            }
            CompletableFuture<Boolean> knowing = Futures.call(() -> keys.version() != null || isPresumed()
                    ? CompletableFuture.completedFuture(true)
                    : Futures.orElse(
                            content.version(object).thenApply(this::isKnown), ResultNotFoundException.class, false));
            return then(knowing, known -> {
                boolean isTheOneEmitted = handled.isAnyHandled(keys.emitted());
                return settle(ResultOutcome.DUPLICATE, () -> settlement.handled(isTheOneEmitted));
            });
        }

        /** Whether the event itself tells which version it is, because S3 announced none of its content. */
        private boolean isPresumed() {
            return presumed != null && isKnown(presumed) && !handled.isAnyHandled(List.of(keys.version()));
        }

        private CompletableFuture<ResultOutcome> leave(boolean held) {
            return leave(ResultOutcome.IN_PROGRESS, held);
        }

        private CompletableFuture<ResultOutcome> leave(ResultOutcome outcome, boolean held) {
            giveUp();
            return settle(outcome, () -> settlement.left(held));
        }

        private CompletableFuture<ResultOutcome> fail(Throwable failure) {
            if (!emitted && failure instanceof CancellationException) {
                return leave(ResultOutcome.PAUSED, false);
            }
            // A route that awaits results itself may fail because one of those is gone.
            if (emitted || !removes || !(failure instanceof ResultNotFoundException)) {
                return fail("A result could not be read", failure);
            }
            giveUp();
            if (event.isListed()) {
                LOG.debug("{} is gone: handled by another, or deleted", event);
            } else {
                LOG.warn("{} is gone: handled by another, or deleted. Its message is acknowledged", event);
            }
            return settle(ResultOutcome.GONE, () -> settlement.handled(false));
        }

        private CompletableFuture<ResultOutcome> fail(String message, Throwable failure) {
            giveUp();
            boolean attempted = emitted || !(failure instanceof NotEmittedException);
            if (attempted) {
                route.report("Error processing exchange, its result stays where it is", exchange, failure);
            } else {
                route.report(message, failure);
            }
            return settle(
                    attempted ? ResultOutcome.FAILED : ResultOutcome.POSTPONED,
                    () -> settlement.failed(failure, attempted));
        }

        private void giveUp() {
            record.abandoned();
            try {
                if (claim != null) {
                    claim.forget();
                }
            } catch (Throwable e) {
                route.report(
                        "The key of " + event + " could not be removed; that is tried again before its next attempt",
                        e);
            }
        }

        private CompletableFuture<ResultOutcome> settle(
                ResultOutcome outcome, Supplier<CompletableFuture<Void>> settling) {
            return onWorker(Futures.call(settling), (done, failure) -> {
                if (failure != null) {
                    route.report(event + " could not be settled", failure);
                }
                return CompletableFuture.completedFuture(outcome);
            });
        }

        private ResultOutcome release(ResultOutcome outcome, Throwable bug) {
            if (bug != null) {
                LOG.error("{} was not handled to the end, and is left for another attempt", event, Futures.unwrap(bug));
            }
            ResultOutcome end = bug == null ? outcome : ResultOutcome.FAILED;
            if (left != null) {
                left.ended(event, end);
            }
            switch (end) {
                case SETTLED -> observer.settled(event.status(), event.receivedTime(), event.eventTime(), begun);
                case FAILED, POSTPONED -> observer.ended(Ending.ATTEMPT_FAILED);
                case DUPLICATE -> observer.ended(Ending.DUPLICATE);
                case GONE -> observer.ended(Ending.GONE);
                case PAUSED, IN_PROGRESS -> {} // observed by whoever is handling it
            }
            try {
                if (claim != null) {
                    claim.release();
                }
            } finally {
                read.giveBackMemory();
                if (exchange != null) {
                    route.close(exchange);
                }
            }
            return end;
        }

        /** The next step after one that succeeds. A step that fails or throws fails the result. */
        private <T> CompletableFuture<ResultOutcome> then(
                CompletableFuture<T> step, Function<T, CompletableFuture<ResultOutcome>> next) {
            return onWorker(step, (value, failure) -> {
                try {
                    return failure == null ? next.apply(value) : fail(failure);
                } catch (Throwable e) { // an Error of users' code must not keep what is held
                    return fail(e);
                }
            });
        }

        /** The next step, on a worker; called on one. */
        private <T> CompletableFuture<ResultOutcome> onWorker(
                CompletableFuture<T> step, BiFunction<T, Throwable, CompletableFuture<ResultOutcome>> next) {
            BiFunction<T, Throwable, CompletableFuture<ResultOutcome>> unwrapped =
                    (value, failure) -> next.apply(value, Futures.unwrap(failure));
            return (step.isDone() ? step.handle(unwrapped) : step.handleAsync(unwrapped, workers))
                    .thenCompose(Function.identity());
        }
    }
}
