package io.github.camelsagemaker.async.landing;

import io.github.camelsagemaker.async.observe.ResultObserver;
import io.github.camelsagemaker.async.settle.HandledResults;
import io.github.camelsagemaker.async.settle.Settlement;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.camel.Exchange;

/**
 * The way of every result, however it was found: claim it, find its request's record, read it, send it through the
 * route, remember it, end the record, settle it.
 *
 * <p>Thread-safe. The caller is never blocked: repositories, the route and exception handlers run on the workers, at most
 * one at a time for each landing; AWS is called without waiting.
 */
public final class LandingPipeline implements LandingHandler {

    private final ResultRoute route;
    private final LandedContent content;
    private final HandledResults handled;
    private final RequestRecords records;
    private final boolean forgetSettled;
    private final Executor workers;
    private final ResultObserver observer;
    private final LandingCounters counters = new LandingCounters();

    /**
     * @param records what is remembered of the results' requests
     * @param forgetSettled whether a key is forgotten once its settlement was carried out: for landings whose object is then
     *     gone, so that a new object of the same name is a new result
     * @param workers runs every task it is given exactly once, and may block
     * @param observer is told of every outcome
     */
    public LandingPipeline(
            ResultRoute route,
            LandedContent content,
            HandledResults handled,
            RequestRecords records,
            boolean forgetSettled,
            Executor workers,
            ResultObserver observer) {
        this.route = route;
        this.content = content;
        this.handled = handled;
        this.records = records;
        this.forgetSettled = forgetSettled;
        this.workers = workers;
        this.observer = observer;
    }

    @Override
    public CompletableFuture<LandingOutcome> handle(Landing landing, Settlement settlement) {
        return handle(landing, settlement, exchange -> {});
    }

    @Override
    public CompletableFuture<LandingOutcome> handleHere(Landing landing, Settlement settlement) {
        return observed(landing, () -> journey(landing, settlement).begin(exchange -> {}));
    }

    /**
     * As {@link #handle(Landing, Settlement)}.
     *
     * @param preparation adds what the source alone knows to the exchange, on a worker, before anything else happens
     */
    public CompletableFuture<LandingOutcome> handle(
            Landing landing, Settlement settlement, Consumer<Exchange> preparation) {
        LandingJourney journey = journey(landing, settlement);
        return observed(landing, () -> CompletableFuture.supplyAsync(() -> journey.begin(preparation), workers)
                .thenCompose(Function.identity()));
    }

    private LandingJourney journey(Landing landing, Settlement settlement) {
        return new LandingJourney(route, content, handled, records, forgetSettled, workers, landing, settlement);
    }

    private CompletableFuture<LandingOutcome> observed(
            Landing landing, Supplier<CompletableFuture<LandingOutcome>> journey) {
        Instant begun = observer.now();
        return journey.get().whenComplete((outcome, bug) -> observe(landing, outcome, begun));
    }

    private void observe(Landing landing, LandingOutcome outcome, Instant begun) {
        counters.count(landing, outcome);
        switch (outcome) {
            case SETTLED -> observer.settled(landing.status(), landing.receivedTime(), landing.eventTime(), begun);
            case FAILED -> observer.attemptFailed();
            case DUPLICATE -> observer.duplicate();
            case IN_PROGRESS -> {
                // Observed by whoever is handling it.
            }
        }
    }

    public LandingCounters counters() {
        return counters;
    }
}
