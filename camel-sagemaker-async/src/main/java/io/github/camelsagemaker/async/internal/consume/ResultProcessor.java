package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.error.NotEmittedException;
import io.github.camelsagemaker.async.error.ResultGoneException;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.consume.HandledResults.Found;
import io.github.camelsagemaker.async.internal.observe.ResultObserver;
import io.github.camelsagemaker.async.internal.observe.ResultObserver.Ending;
import io.github.camelsagemaker.async.internal.result.InferenceResult;
import io.github.camelsagemaker.async.internal.result.LandedContent;
import io.github.camelsagemaker.async.internal.result.Landing;
import io.github.camelsagemaker.async.internal.result.RequestRecord;
import io.github.camelsagemaker.async.internal.result.RequestRecords;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
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
 */
public final class ResultProcessor {

    private static final Logger LOG = LoggerFactory.getLogger(ResultProcessor.class);

    private final ConsumerRoute route;
    private final LandedContent content;
    private final HandledResults handled;
    private final RequestRecords records;
    private final Mode mode;
    private final Executor workers;
    private final ResultObserver observer;
    private volatile boolean closed;

    /**
     * How results are found, and what becomes of their objects.
     *
     * @param scan whether listings alone tell of results
     * @param removes whether objects are deleted or moved after their exchange succeeded
     */
    public record Mode(boolean scan, boolean removes) {}

    /** @param workers runs every task it is given exactly once, and may block */
    public ResultProcessor(
            ConsumerRoute route,
            LandedContent content,
            HandledResults handled,
            RequestRecords records,
            Mode mode,
            Executor workers,
            ResultObserver observer) {
        this.route = route;
        this.content = content;
        this.handled = handled;
        this.records = records;
        this.mode = mode;
        this.workers = workers;
        this.observer = observer;
    }

    /** As {@link #handle}, for a caller that is on a worker and has nothing else to do: begins on the caller's thread. */
    public CompletableFuture<LandingOutcome> handleHere(Landing landing, Settlement settlement) {
        return observed(landing, () -> new Journey(landing, settlement).begin(exchange -> {}));
    }

    /**
     * Takes one result all the way without blocking the caller. The source holds a permit for it meanwhile.
     *
     * @param preparation adds what the source alone knows to the exchange, on a worker, before anything else happens
     * @return ends, never exceptionally, after the settlement was carried out or its failure reported
     */
    public CompletableFuture<LandingOutcome> handle(
            Landing landing, Settlement settlement, Consumer<Exchange> preparation) {
        Journey journey = new Journey(landing, settlement);
        return observed(landing, () -> CompletableFuture.supplyAsync(() -> journey.begin(preparation), workers)
                .thenCompose(Function.identity()));
    }

    /** Whether a result that was found is worth handing in. May block, and throw. */
    public boolean isCandidate(Landing landing, String usersKey) {
        ResultKeys keys = ResultKeys.of(landing, usersKey, mode.scan);
        boolean handledAndStays = !mode.removes && handled.isAnyHandled(before(keys));
        return !handledAndStays && !handled.isInProgress(keys.claim()) && !handled.isPlaceInProgress(landing.key());
    }

    /** Begins no more exchanges; those that were begun are settled. */
    public void close() {
        closed = true;
    }

    private static List<String> before(ResultKeys keys) {
        return Stream.concat(Stream.ofNullable(keys.own()), keys.duplicates().stream())
                .distinct()
                .toList();
    }

    private CompletableFuture<LandingOutcome> observed(
            Landing landing, Supplier<CompletableFuture<LandingOutcome>> way) {
        Instant begun = observer.now();
        CompletableFuture<LandingOutcome> outcome;
        try {
            outcome = way.get();
        } catch (Throwable e) { // no thread is to be had
            LOG.warn("{} is left for another attempt, because it could not be begun", landing, e);
            outcome = CompletableFuture.completedFuture(LandingOutcome.FAILED);
        }
        return outcome.whenComplete((end, bug) -> observe(landing, end, begun));
    }

    private void observe(Landing landing, LandingOutcome outcome, Instant begun) {
        switch (outcome) {
            case SETTLED -> observer.settled(landing.status(), landing.receivedTime(), landing.eventTime(), begun);
            case FAILED -> observer.ended(Ending.ATTEMPT_FAILED);
            case DUPLICATE -> observer.ended(Ending.DUPLICATE);
            case GONE -> observer.ended(Ending.GONE);
            case IN_PROGRESS -> {
                // Observed by whoever is handling it.
            }
        }
    }

    /** One result on its way. Each step begins when the one before has ended, so no two run at once. */
    private final class Journey {

        private final Landing landing;
        private final Settlement settlement;
        private volatile Exchange exchange;
        private volatile String usersKey;
        private volatile ResultKeys keys;
        private volatile HandledResults.Claim claim;
        private volatile RequestRecord record = RequestRecord.UNTRACKED;

        Journey(Landing landing, Settlement settlement) {
            this.landing = landing;
            this.settlement = settlement;
        }

        /** Starts, on a worker. The future never ends exceptionally. */
        CompletableFuture<LandingOutcome> begin(Consumer<Exchange> preparation) {
            return Futures.call(() -> closed ? leave() : claim(preparation)).handle(this::release);
        }

        private CompletableFuture<LandingOutcome> claim(Consumer<Exchange> preparation) {
            Found found;
            try {
                exchange = route.open(landing);
                preparation.accept(exchange);
                usersKey = route.keyOf(landing, exchange);
                keys = ResultKeys.of(landing, usersKey, mode.scan);
                claim = handled.begin(exchange);
                found = claim.take(
                        keys.claim(),
                        before(keys),
                        Stream.ofNullable(keys.own()).toList());
            } catch (Throwable e) { // whatever a repository or an expression of the user throws
                return untold(e);
            }
            if (found == Found.NEW && !landing.isListed()) {
                claim.markPlace(landing.key());
            }
            return switch (found) {
                case NEW -> correlate();
                case DUPLICATE -> drop();
                case IN_PROGRESS -> leave();
            };
        }

        private CompletableFuture<LandingOutcome> correlate() {
            try {
                record = records.begin(landing);
            } catch (Throwable e) {
                return fail(new NotEmittedException(
                        "The request of " + landing + " could not be looked up (option pendingStore)", e));
            }
            if (record.mustWait()) {
                forget();
                return leave();
            }
            if (record.inputLocation() != null) {
                requestedFrom(record.inputLocation());
            }
            try {
                return route.wants(landing)
                        ? then(content.of(landing, record), this::recognise)
                        : then(content.version(content.objectOf(landing, record)), this::ignore);
            } catch (Throwable e) {
                return fail(e);
            }
        }

        private void requestedFrom(S3Location input) {
            if (landing.inputLocation() == null) {
                settlement.requestedFrom(input);
            }
        }

        private CompletableFuture<LandingOutcome> ignore(InferenceResult version, Throwable failure) {
            if (failure != null) {
                return fail(failure);
            }
            isKnown(version);
            return succeed();
        }

        /** Only now is it known which version this is. */
        private CompletableFuture<LandingOutcome> recognise(InferenceResult result, Throwable failure) {
            if (failure != null) {
                return fail(failure);
            }
            if (closed) {
                forget();
                record.abandoned();
                return leave();
            }
            Found found = Found.NEW;
            if (isKnown(result)) {
                try {
                    found = claim.take(keys.version(), keys.duplicates(), keys.remembered());
                } catch (Throwable e) {
                    return untold(e);
                }
            }
            return switch (found) {
                case NEW ->
                    then(
                            route.process(exchange, landing, result, record),
                            (done, failed) -> failed == null ? succeed() : fail(failed));
                case DUPLICATE -> {
                    record.abandoned();
                    yield drop();
                }
                case IN_PROGRESS -> {
                    forget();
                    record.abandoned();
                    yield leave();
                }
            };
        }

        /** Takes note of what was read; whether that tells the version. */
        private boolean isKnown(InferenceResult result) {
            S3Location object = content.objectOf(landing, record);
            if (object == null) {
                return false;
            }
            settlement.read(object, result);
            keys = ResultKeys.of(landing, usersKey, mode.scan, object, result);
            return result.etag() != null && keys.version() != null;
        }

        private CompletableFuture<LandingOutcome> succeed() {
            try {
                claim.remember(keys.remembered());
            } catch (Throwable e) {
                // Settled all the same: leaving it would repeat it for certain, settling may let a duplicate by.
                route.report("The exchange of " + landing + " succeeded, but its key could not be remembered", e);
            }
            return endRecord(
                    () -> record.succeeded(landing.status()),
                    () -> settle(settlement::succeeded, LandingOutcome.SETTLED));
        }

        /** Before anything is acknowledged: what comes again then ends the record as a duplicate. */
        private CompletableFuture<LandingOutcome> endRecord(
                Runnable ending, Supplier<CompletableFuture<LandingOutcome>> next) {
            try {
                ending.run();
            } catch (Throwable e) {
                record.abandoned();
                NotEmittedException cause = new NotEmittedException(
                        landing
                                + " was delivered, but the record of its request could not be ended (option pendingStore)",
                        e);
                route.report("The result is left, so that this is tried again without another exchange", cause);
                return settle(() -> settlement.failed(cause), LandingOutcome.FAILED);
            }
            return next.get();
        }

        /** Handled before. Its object goes only if it is known to be the version that was emitted. */
        private CompletableFuture<LandingOutcome> drop() {
            return endRecord(() -> records.handledBefore(landing).ifPresent(this::requestedFrom), () -> {
                S3Location object = content.objectOf(landing, record);
                if (!mode.removes || object == null || handled.isEager()) {
                    // An eager key is there before the exchange succeeded.
                    return settle(() -> settlement.duplicate(!handled.isEager()), LandingOutcome.DUPLICATE);
                }
                return keys.version() != null
                        ? cleanUpDuplicate()
                        : then(content.version(object), (version, failure) -> {
                            if (failure != null) {
                                return fail(failure);
                            }
                            isKnown(version);
                            return cleanUpDuplicate();
                        });
            });
        }

        private CompletableFuture<LandingOutcome> cleanUpDuplicate() {
            boolean emitted = handled.isAnyHandled(keys.emitted());
            return settle(() -> settlement.duplicate(emitted), LandingOutcome.DUPLICATE);
        }

        private CompletableFuture<LandingOutcome> fail(Throwable failure) {
            record.abandoned();
            forget();
            if (failure instanceof ResultGoneException && mode.removes) {
                if (landing.isListed()) {
                    LOG.debug("{} is gone: handled by another, or deleted", landing);
                } else {
                    LOG.warn("{} is gone: handled by another, or deleted. Its message is acknowledged", landing);
                }
                return settle(settlement::gone, LandingOutcome.GONE);
            }
            if (failure instanceof NotEmittedException) {
                route.report("A result could not be read", failure);
            } else {
                route.reportFailedExchange(exchange, failure);
            }
            return settle(() -> settlement.failed(failure), LandingOutcome.FAILED);
        }

        private CompletableFuture<LandingOutcome> untold(Throwable failure) {
            record.abandoned();
            forget();
            NotEmittedException cause =
                    new NotEmittedException("Whether " + landing + " was handled before could not be told", failure);
            route.report("The result is left for another attempt", cause);
            return settle(() -> settlement.failed(cause), LandingOutcome.FAILED);
        }

        private CompletableFuture<LandingOutcome> leave() {
            return settle(settlement::inProgress, LandingOutcome.IN_PROGRESS);
        }

        private void forget() {
            try {
                if (claim != null) {
                    claim.forget();
                }
            } catch (Throwable e) {
                route.report(
                        "The key of " + landing + " could not be removed; that is tried again before its next attempt",
                        e);
            }
        }

        private CompletableFuture<LandingOutcome> settle(
                Supplier<CompletableFuture<Void>> settling, LandingOutcome outcome) {
            return then(
                    Futures.call(settling),
                    (done, failure) -> CompletableFuture.completedFuture(settled(outcome, failure)));
        }

        private LandingOutcome settled(LandingOutcome outcome, Throwable failure) {
            if (failure != null) {
                route.report(landing + " could not be settled", failure);
            }
            return outcome;
        }

        private LandingOutcome release(LandingOutcome outcome, Throwable bug) {
            if (bug != null) {
                LOG.error("{} was not handled to the end, and is left for another attempt", landing, unwrap(bug));
            }
            if (claim != null) {
                claim.release();
            }
            if (exchange != null) {
                route.close(exchange);
            }
            return bug == null ? outcome : LandingOutcome.FAILED;
        }

        /** The next step, on a worker; called on one. A step that throws fails the result. */
        private <T> CompletableFuture<LandingOutcome> then(
                CompletableFuture<T> step, BiFunction<T, Throwable, CompletableFuture<LandingOutcome>> next) {
            BiFunction<T, Throwable, CompletableFuture<LandingOutcome>> guarded = (value, failure) -> {
                try {
                    return next.apply(value, unwrap(failure));
                } catch (Throwable e) { // an Error of users' code must not keep what is held
                    return fail(e);
                }
            };
            return (step.isDone() ? step.handle(guarded) : step.handleAsync(guarded, workers))
                    .thenCompose(Function.identity());
        }
    }

    private static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
