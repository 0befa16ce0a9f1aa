package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.internal.EndpointContext;
import io.github.camelsagemaker.async.internal.observe.CallHealthCheck;
import io.github.camelsagemaker.async.internal.observe.ResultObserver;
import java.util.function.Supplier;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;

/**
 * What both consumers are between their first start and their last stop: a session after the other, what outlives a session, and
 * the health check, which Camel's repository of consumers shows as that of the route.
 */
public final class ConsumerRuntime<S extends ConsumerSession> {

    /** Camel's default of 1,000 keys is less than one busy minute. */
    private static final int HANDLED_IN_MEMORY = 10_000;

    private final DefaultConsumer consumer;
    private final ConsumerServices services;
    private final IdempotentRepository handledInMemory =
            MemoryIdempotentRepository.memoryIdempotentRepository(HANDLED_IN_MEMORY);
    private volatile ResultObserver observer;
    private volatile S session;

    /** Begins a session. */
    @FunctionalInterface
    public interface Opener<S> {
        S open(EndpointContext endpoint, ResultObserver observer) throws Exception;
    }

    public ConsumerRuntime(DefaultConsumer consumer, ConsumerServices services) {
        this.consumer = consumer;
        this.services = services;
    }

    DefaultConsumer consumer() {
        return consumer;
    }

    ConsumerServices services() {
        return services;
    }

    /** Remembers what was handled as long as the consumer lives, because exchanges may outlive a stop that was forced. */
    IdempotentRepository handledInMemory() {
        return handledInMemory;
    }

    /** @param downBeforeFirstCall whether readiness waits for a first call */
    public void addHealthCheck(boolean enabled, boolean downBeforeFirstCall) {
        CallHealthCheck check = new CallHealthCheck(
                "consumer:" + consumer.getRouteId(),
                consumer.getEndpoint().getEndpointUri(),
                () -> observer == null ? null : observer.health(),
                downBeforeFirstCall);
        check.setEnabled(enabled);
        consumer.setHealthCheck(check);
    }

    /** Begins a session; or goes on with the one that a stop gave up. */
    public void start(Supplier<EndpointContext> endpoint, Opener<S> opener) throws Exception {
        if (session == null || !session.isOpen()) {
            EndpointContext context = endpoint.get();
            observer = services.observability().results(context.name());
            S started = opener.open(context, observer);
            session = started;
            observer.inFlight(started::inFlight);
        }
        session.open();
    }

    public void resume() {
        session.open();
    }

    public void pause() {
        if (session != null) {
            session.pause();
        }
    }

    public void stop() {
        if (session != null) {
            session.close();
        }
        if (observer != null) {
            observer.close();
        }
    }

    /** The latest session; null before the first. */
    public S session() {
        return session;
    }

    public int inFlight() {
        return session == null ? 0 : session.inFlight();
    }

    /** Expired requests on their way. */
    public int expiring() {
        return session == null ? 0 : session.tracking().inFlight();
    }

    /** How often this {@link ResultObserver.Ending} or {@link ResultObserver.Poison} was counted since the start. */
    public long count(Enum<?> label) {
        return observer == null ? 0 : observer.counted(label);
    }

    void resetCounters() {
        if (observer != null) {
            observer.reset();
        }
    }

    long expired() {
        return session == null ? 0 : session.tracking().expired();
    }

    /** For people; empty if nothing fails. */
    String failing() {
        return observer == null ? "" : observer.failing();
    }
}
