package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.internal.EndpointContext;
import io.github.camelsagemaker.async.internal.observe.ResultObserver;
import io.github.camelsagemaker.async.internal.result.RequestRecords;
import io.github.camelsagemaker.async.internal.tracking.ExpirySweep;
import io.github.camelsagemaker.async.internal.tracking.TrackingSettings;
import io.github.camelsagemaker.async.tracking.PendingInvocation;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultConsumer;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * What a consumer with a pendingStore does besides emitting results: it finds their requests, and sweeps for expired ones. Owns
 * a thread for that, which renews claims however busy the workers are. Without a pendingStore it does nothing.
 *
 * <p>Thread-safe; {@link #close} waits for nothing.
 */
final class ConsumerTracking implements AutoCloseable {

    /** A claim is renewed this often within its lease. */
    private static final int RENEWALS = 3;

    private final CamelContext context;
    private final TrackingSettings settings;
    private final ConsumerRoute route;
    private final ResultObserver observer;
    private final Executor workers;
    private final RequestRecords records;
    private final ExpirySweep sweep;
    private final ScheduledExecutorService timer;

    /**
     * Starts the store, if it is a Camel service. Nothing is swept before {@link #resume}.
     *
     * @param settings null without a pendingStore
     */
    ConsumerTracking(
            DefaultConsumer consumer,
            EndpointContext endpoint,
            TrackingSettings settings,
            ConsumerRoute route,
            S3AsyncClient s3,
            ResultObserver observer,
            Executor workers)
            throws Exception {
        this.context = endpoint.camel();
        this.settings = settings;
        this.route = route;
        this.observer = observer;
        this.workers = workers;
        if (settings == null) {
            records = RequestRecords.NONE;
            sweep = null;
            timer = null;
            return;
        }
        endpoint.start(settings.store());
        Clock clock = Clock.systemUTC();
        String name = endpoint.name();
        records = new RequestRecords(name, settings.store(), settings.headers(), settings.lease(), clock);
        sweep = new ExpirySweep(
                name, settings, new S3ResultLookup(s3)::isThere, this::emit, route::report, workers, clock);
        sweep.pause();
        timer = context.getExecutorServiceManager()
                .newSingleThreadScheduledExecutor(consumer, "SageMakerAsyncPending[" + name + "]");
        every(settings.lease().dividedBy(RENEWALS), this::renew);
        if (settings.sweepInterval() != null) {
            every(settings.sweepInterval(), sweep::run);
        }
    }

    private void every(Duration interval, Runnable task) {
        timer.scheduleWithFixedDelay(task, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void renew() {
        try {
            records.renew();
            sweep.renew();
        } catch (RuntimeException e) {
            // A periodic task that throws is never run again.
            route.report("Claims in the store of pending invocations could not be renewed; trying again", e);
        }
    }

    /** Sends one exchange of status EXPIRED. */
    private CompletableFuture<Void> emit(PendingInvocation invocation) {
        Exchange exchange = route.open(invocation, settings.headers().restore(invocation));
        return route.send(exchange, invocation.inferenceId())
                .whenCompleteAsync(
                        (done, failure) -> {
                            if (failure == null) {
                                observer.ended(ResultObserver.Ending.EXPIRED);
                            } else {
                                route.reportFailedExchange(exchange, failure);
                            }
                            route.close(exchange);
                        },
                        workers);
    }

    /** What is remembered of the results' requests. */
    RequestRecords records() {
        return records;
    }

    /** Begins nothing more. What is in the route goes on. */
    void pause() {
        if (sweep != null) {
            sweep.pause();
        }
    }

    void resume() {
        if (sweep != null) {
            sweep.resume();
        }
    }

    /** Expired requests on their way: a stop waits for them. */
    int inFlight() {
        return sweep == null ? 0 : sweep.inFlight();
    }

    @Override
    public void close() {
        pause();
        if (timer != null) {
            context.getExecutorServiceManager().shutdownNow(timer);
        }
    }
}
