package io.github.camelsagemaker.async.internal.concurrent;

import java.io.InterruptedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.Service;
import org.apache.camel.spi.ShutdownPrepared;
import org.apache.camel.support.ExchangeHelper;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * The one place that knows which routes are being stopped, or the whole context, and when a stop gave up. Camel waits for exchanges
 * in flight before it stops producers, so what they wait for must be ended earlier: calls that get no answer are ended here.
 *
 * <p>Thread-safe; blocks nowhere.
 */
public final class RouteStops extends LifecycleStrategySupport {

    private final Map<String, Stop> routes = new ConcurrentHashMap<>();
    private final Set<Call<?>> calls = ConcurrentHashMap.newKeySet();
    private final Executor workers;
    private volatile Runnable listener = () -> {};
    private volatile Stop everything;

    /** @param workers where exchanges go on whose calls are ended */
    public RouteStops(Executor workers) {
        this.workers = workers;
    }

    /** Runs a listener at each stop, before Camel waits for exchanges in flight; {@link #reasonFor} says whose it is. */
    public void whenStopping(Runnable called) {
        listener = called;
    }

    /** What calls go to, and how long one may take that is under way when its route stops, or begins while it does. */
    public enum Target {
        SAGEMAKER(500),
        /** A part of a payload takes longer than a request. */
        S3(5_000),
        /** Also after a stop by force. */
        CLEAN_UP(2_000);

        private final int millis;

        Target(int millis) {
            this.millis = millis;
        }
    }

    /** @param silent what did not answer during the stop, and is not asked again while it lasts */
    private record Stop(String reason, long since, Set<Target> silent, AtomicBoolean forced) {

        Stop(String reason) {
            this(reason, System.nanoTime(), ConcurrentHashMap.newKeySet(), new AtomicBoolean());
        }

        /** A payload is uploaded for a call to SageMaker: without that it would only have to be deleted. */
        boolean refuses(Target to) {
            return silent.contains(to) || to == Target.S3 && silent.contains(Target.SAGEMAKER);
        }

        /** Nothing is sent any more. */
        void end() {
            forced.set(true);
            silent.addAll(Set.of(Target.SAGEMAKER, Target.S3));
        }
    }

    private record Call<T>(Exchange exchange, Target to, CompletableFuture<T> made, CompletableFuture<T> answer) {}

    public void start(CamelContext context) {
        everything = null;
        context.addLifecycleStrategy(this);
        onRoutesAdd(context.getRoutes());
    }

    /** Ends all calls, and refuses others until the next start. */
    public void close(CamelContext context) {
        context.getLifecycleStrategies().remove(this);
        everything = everything == null ? new Stop("The component is stopped") : everything;
        everything.end();
        calls.forEach(this::endNow);
        routes.clear();
    }

    /**
     * Makes a call for an exchange, unless its route has stopped. While that stops, a call has a moment to be answered; then it fails,
     * on a worker, and is cancelled.
     */
    public <T> CompletableFuture<T> call(Exchange exchange, Target to, Supplier<CompletableFuture<T>> making) {
        Stop before = stopOf(exchange);
        if (before != null && before.refuses(to)) {
            return CompletableFuture.failedFuture(new CancellationException(before.reason));
        }
        CompletableFuture<T> made = Futures.uninterrupted(making);
        if (made.isDone()) {
            return made;
        }
        Call<T> call = new Call<>(exchange, to, made, made.copy());
        calls.add(call);
        call.answer.whenComplete((answer, failure) -> calls.remove(call));
        if (stopOf(exchange) != null) {
            endSoon(call);
        }
        return call.answer;
    }

    /** What clears up has its moment also now: who ended it would have all others leave behind in S3 what they began there. */
    private void endNow(Call<?> call) {
        if (call.to == Target.CLEAN_UP) {
            endSoon(call);
        } else {
            end(call);
        }
    }

    private void endSoon(Call<?> call) {
        Futures.later(call.to.millis, Runnable::run, () -> end(call));
    }

    private void end(Call<?> call) {
        Stop stop = stopOf(call.exchange);
        if (stop == null || call.answer.isDone()) { // it may have given up
            return;
        }
        stop.silent.add(call.to); // first: what waits behind it would begin
        workers.execute(() -> {
            call.answer.completeExceptionally(new InterruptedIOException(stop.reason + ", and there was no answer"));
            call.made.cancel(true);
        });
    }

    /** Why the exchange cannot go on for long: its route, or the context, is being stopped; null if none is. */
    public String reasonFor(Exchange exchange) {
        Stop stop = stopOf(exchange);
        return stop == null ? null : stop.reason;
    }

    /** When the context, or the component, began to stop, by {@link System#nanoTime}; now if it does not. */
    public long stoppingSince() {
        Stop stop = everything;
        return stop == null ? System.nanoTime() : stop.since;
    }

    /** The stop of the context, or of the route in which the exchange began or is; or null. */
    private Stop stopOf(Exchange exchange) {
        if (everything != null || routes.isEmpty()) {
            return everything;
        }
        Route route = ExchangeHelper.getRoute(exchange);
        String from = exchange.getFromRouteId();
        Stop began = from == null ? null : routes.get(from);
        return began != null || route == null ? began : routes.get(route.getRouteId());
    }

    @Override
    public void onContextStopping(CamelContext context) {
        everything = new Stop("The CamelContext is being stopped");
        listener.run();
        calls.forEach(this::endSoon);
    }

    @Override
    public void onRoutesAdd(Collection<Route> added) {
        onRoutesRemove(added);
        added.forEach(route -> route.addService(new RouteStop(route.getRouteId(), this, route.getCamelContext())));
    }

    /** Camel starts the consumer of a route anew whose stop gave up (abortAfterTimeout), and announces it by nothing else. */
    @Override
    public void onServiceAdd(CamelContext context, Service service, Route route) {
        if (route != null && service == route.getConsumer()) {
            onRoutesRemove(List.of(route));
        }
    }

    /** Routes that come and go leave nothing. */
    @Override
    public void onRoutesRemove(Collection<Route> removed) {
        removed.forEach(route -> routes.remove(route.getRouteId()));
    }

    private Stop stops(String routeId, boolean forced) {
        Stop stop = routes.computeIfAbsent(routeId, id -> new Stop("Route " + id + " is being stopped"));
        if (forced) {
            stop.end();
        }
        listener.run();
        calls.stream().filter(call -> stopOf(call.exchange) != null).forEach(forced ? this::endNow : this::endSoon);
        return stop;
    }

    /** Among a route's services, only so that the shutdown strategy calls it when the route stops; once, however often it is added. */
    private record RouteStop(String routeId, RouteStops stops, CamelContext context)
            implements Service, ShutdownPrepared {

        @Override
        public void start() {}

        @Override
        public void stop() {}

        @Override
        public void prepareShutdown(boolean suspendOnly, boolean forced) {
            if (suspendOnly) {
                return;
            }
            Stop stop = stops.stops(routeId, forced);
            if (!stop.forced.get() && context.getShutdownStrategy().hasTimeoutOccurred()) {
                // The stop may have given up before this; one that did not says it by force, before or after.
                stops.routes.remove(routeId);
            }
        }
    }
}
