package io.github.camelsagemaker.async.landing;

import io.github.camelsagemaker.async.result.InferenceResult;
import io.github.camelsagemaker.async.result.NotEmittedException;
import io.github.camelsagemaker.async.result.ResultGoneException;
import io.github.camelsagemaker.async.settle.HandledResults;
import io.github.camelsagemaker.async.settle.Settlement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One landing on its way through the pipeline. Each step begins when the one before has ended, so no two run at once.
 *
 * <p>Whatever throws or calls back twice, the steps after it run once: they hang on futures, which end once.
 *
 * <p>All steps that may block run on workers. One that follows what is over already runs on the same worker at once; a step
 * is handed to another worker only when AWS or an asynchronous route, whose threads are not ours, ends what it waits for.
 */
final class LandingJourney {

    private static final Logger LOG = LoggerFactory.getLogger(LandingJourney.class);

    private final ResultRoute route;
    private final LandedContent content;
    private final HandledResults handled;
    private final RequestRecords records;
    private final boolean forgetSettled;
    private final Executor workers;
    private final Landing landing;
    private final Settlement settlement;

    private volatile Exchange exchange;
    private volatile String key;
    private volatile RequestRecord record = RequestRecord.UNTRACKED;

    LandingJourney(
            ResultRoute route,
            LandedContent content,
            HandledResults handled,
            RequestRecords records,
            boolean forgetSettled,
            Executor workers,
            Landing landing,
            Settlement settlement) {
        this.route = route;
        this.content = content;
        this.handled = handled;
        this.records = records;
        this.forgetSettled = forgetSettled;
        this.workers = workers;
        this.landing = landing;
        this.settlement = settlement;
    }

    /** Starts, on a worker. The future never ends exceptionally. */
    CompletableFuture<LandingOutcome> begin(Consumer<Exchange> preparation) {
        // In a stage: the exchange must be given back also when this throws.
        return CompletableFuture.completedFuture(preparation)
                .thenCompose(this::start)
                .handle(this::close);
    }

    private CompletableFuture<LandingOutcome> start(Consumer<Exchange> preparation) {
        HandledResults.Claim claim;
        try {
            claim = claim(preparation);
        } catch (Throwable e) { // whatever a repository or an expression of the user throws
            return refuse(e);
        }
        return go(claim);
    }

    /** The next step, on a worker; called on one. */
    private <T, R> CompletableFuture<R> then(CompletableFuture<T> step, BiFunction<T, Throwable, R> next) {
        return step.isDone() ? step.handle(next) : step.handleAsync(next, workers);
    }

    private HandledResults.Claim claim(Consumer<Exchange> preparation) {
        exchange = route.open(landing);
        preparation.accept(exchange);
        key = route.keyOf(landing, exchange);
        return handled.claim(exchange, key);
    }

    private CompletableFuture<LandingOutcome> refuse(Throwable failure) {
        NotEmittedException cause =
                new NotEmittedException("Whether " + landing + " was handled before could not be told", failure);
        route.report("The result is left for another attempt", cause);
        return settle(() -> settlement.failed(cause), LandingOutcome.FAILED);
    }

    private CompletableFuture<LandingOutcome> go(HandledResults.Claim claim) {
        return switch (claim) {
            case IN_PROGRESS -> settle(settlement::inProgress, LandingOutcome.IN_PROGRESS);
            case DUPLICATE -> dropDuplicate().handle(this::release);
            case TAKEN -> emit().handle(this::release);
        };
    }

    private CompletableFuture<LandingOutcome> emit() {
        // In a stage: the claim must end also when this throws.
        return CompletableFuture.completedFuture(records).thenCompose(this::emit);
    }

    private CompletableFuture<LandingOutcome> emit(RequestRecords remembered) {
        try {
            record = remembered.begin(landing);
        } catch (RuntimeException e) {
            return fail(new NotEmittedException(
                    "The request of " + landing + " could not be looked up (option pendingStore)", e));
        }
        if (record.mustWait()) {
            forgetFailed();
            return settle(settlement::inProgress, LandingOutcome.IN_PROGRESS);
        }
        if (landing.inputLocation() == null && record.inputLocation() != null) {
            settlement.requestedFrom(record.inputLocation());
        }
        CompletableFuture<Void> emitted = CompletableFuture.completedFuture(route)
                .thenCompose(to -> to.wants(landing)
                        ? then(content.of(landing), this::process).thenCompose(Function.identity())
                        : CompletableFuture.completedFuture(null));
        return then(emitted, (done, failure) -> failure == null ? succeed() : fail(unwrap(failure)))
                .thenCompose(Function.identity());
    }

    private CompletableFuture<Void> process(InferenceResult result, Throwable failure) {
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        settlement.read(result);
        return route.process(exchange, landing, result, record);
    }

    private CompletableFuture<LandingOutcome> succeed() {
        try {
            handled.remember(exchange, key);
        } catch (RuntimeException e) {
            // Settled all the same: leaving it would repeat it for certain, settling may let a duplicate by.
            route.report("The exchange of " + landing + " succeeded, but its key could not be remembered", e);
        }
        return endRecord(() -> record.succeeded(landing.status()), settlement::succeeded, LandingOutcome.SETTLED);
    }

    /** Before anything is acknowledged: what comes again then ends the record as a duplicate. */
    private CompletableFuture<LandingOutcome> endRecord(
            Runnable ending, Supplier<CompletableFuture<Void>> settling, LandingOutcome outcome) {
        try {
            ending.run();
        } catch (RuntimeException e) {
            record.abandoned();
            NotEmittedException cause = new NotEmittedException(
                    landing + " was delivered, but the record of its request could not be ended (option pendingStore)",
                    e);
            route.report("The result is left, so that this is tried again without another exchange", cause);
            return settle(() -> settlement.failed(cause), LandingOutcome.FAILED);
        }
        return settle(settling, outcome);
    }

    private CompletableFuture<LandingOutcome> fail(Throwable failure) {
        record.abandoned();
        forgetFailed();
        if (failure instanceof ResultGoneException) {
            LOG.debug("{} is gone: handled by another, or deleted", landing);
            return drop();
        }
        if (failure instanceof NotEmittedException) {
            route.report("A result could not be read", failure);
        } else {
            route.reportFailedExchange(exchange, failure);
        }
        return settle(() -> settlement.failed(failure), LandingOutcome.FAILED);
    }

    private void forgetFailed() {
        try {
            handled.failed(exchange, key);
        } catch (RuntimeException e) {
            route.report("The key of " + landing + " could not be removed, so it will count as handled", e);
        }
    }

    private CompletableFuture<LandingOutcome> dropDuplicate() {
        return endRecord(() -> records.handledBefore(landing), settlement::duplicate, LandingOutcome.DUPLICATE);
    }

    private CompletableFuture<LandingOutcome> drop() {
        return settle(settlement::duplicate, LandingOutcome.DUPLICATE);
    }

    private CompletableFuture<LandingOutcome> settle(
            Supplier<CompletableFuture<Void>> settling, LandingOutcome outcome) {
        CompletableFuture<Void> settled;
        try {
            settled = settling.get();
        } catch (RuntimeException e) {
            settled = CompletableFuture.failedFuture(e);
        }
        return handled.isInMemory()
                ? endAtOnce(settled, outcome)
                : then(settled, (done, failure) -> afterSettling(outcome, failure));
    }

    /** What follows a settlement that AWS confirmed asks repositories in memory only, so it needs no worker. */
    private CompletableFuture<LandingOutcome> endAtOnce(CompletableFuture<Void> settled, LandingOutcome outcome) {
        return settled.handle((done, failure) -> failure == null
                        ? CompletableFuture.completedFuture(afterSettling(outcome, null))
                        : CompletableFuture.supplyAsync(() -> afterSettling(outcome, failure), workers))
                .thenCompose(Function.identity());
    }

    private LandingOutcome afterSettling(LandingOutcome outcome, Throwable failure) {
        boolean handledNow = outcome == LandingOutcome.SETTLED || outcome == LandingOutcome.DUPLICATE;
        if (failure != null) {
            route.report(landing + " could not be settled", unwrap(failure));
        } else if (forgetSettled && handledNow) {
            try {
                handled.forget(exchange, key);
            } catch (RuntimeException e) {
                route.report("The key of " + landing + " could not be removed", e);
            }
        }
        return outcome;
    }

    private LandingOutcome release(LandingOutcome outcome, Throwable bug) {
        try {
            handled.release(exchange, key);
        } catch (RuntimeException e) {
            route.report("The in-progress repository still holds " + landing, e);
        }
        return outcomeOf(outcome, bug);
    }

    private LandingOutcome close(LandingOutcome outcome, Throwable bug) {
        if (exchange != null) {
            route.close(exchange);
        }
        return outcomeOf(outcome, bug);
    }

    private LandingOutcome outcomeOf(LandingOutcome outcome, Throwable bug) {
        if (bug != null) {
            LOG.error("{} was not handled to the end, and is left for another attempt", landing, unwrap(bug));
        }
        return bug == null ? outcome : LandingOutcome.FAILED;
    }

    private static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
