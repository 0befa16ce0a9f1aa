package io.github.camelsagemaker.async.landing;

import io.github.camelsagemaker.async.settle.HandledResults;
import io.github.camelsagemaker.async.settle.Settlement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.camel.Exchange;

/**
 * The way of every result, however it was found: claim it, read it, send it through the route, remember it, settle it.
 *
 * <p>Thread-safe. The caller is never blocked: repositories, the route and exception handlers run on the workers, at most
 * one at a time for each landing; AWS is called without waiting.
 */
public final class LandingPipeline implements LandingHandler {

    private final ResultRoute route;
    private final LandedContent content;
    private final HandledResults handled;
    private final boolean forgetSettled;
    private final Executor workers;
    private final LandingCounters counters = new LandingCounters();

    /**
     * @param forgetSettled whether a key is forgotten once its settlement was carried out: for landings whose object is then
     *     gone, so that a new object of the same name is a new result
     * @param workers runs every task it is given exactly once, and may block
     */
    public LandingPipeline(
            ResultRoute route, LandedContent content, HandledResults handled, boolean forgetSettled, Executor workers) {
        this.route = route;
        this.content = content;
        this.handled = handled;
        this.forgetSettled = forgetSettled;
        this.workers = workers;
    }

    @Override
    public CompletableFuture<LandingOutcome> handle(Landing landing, Settlement settlement) {
        return handle(landing, settlement, exchange -> {});
    }

    /**
     * As {@link #handle(Landing, Settlement)}.
     *
     * @param preparation adds what the source alone knows to the exchange, on a worker, before anything else happens
     */
    public CompletableFuture<LandingOutcome> handle(
            Landing landing, Settlement settlement, Consumer<Exchange> preparation) {
        LandingJourney journey =
                new LandingJourney(route, content, handled, forgetSettled, workers, landing, settlement);
        return journey.begin(preparation).whenComplete((outcome, bug) -> counters.count(landing, outcome));
    }

    public LandingCounters counters() {
        return counters;
    }
}
