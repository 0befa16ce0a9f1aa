package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.observe.CallHealthCheck;
import io.github.camelsagemaker.async.observe.ResultObserver;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;

/**
 * What both consumers are between their first start and their last stop: a session after the other, what outlives a session, and
 * the health check, which Camel's repository of consumers shows as that of the route.
 */
final class ConsumerRuntime<S extends ConsumerSession> {

    /** Camel's default of 1,000 keys is less than one busy minute. */
    private static final int HANDLED_IN_MEMORY = 10_000;

    private final DefaultConsumer consumer;
    private final SageMakerAsyncEndpoint endpoint;
    private final IdempotentRepository handledInMemory =
            MemoryIdempotentRepository.memoryIdempotentRepository(HANDLED_IN_MEMORY);
    private volatile ResultObserver observer;
    private volatile S session;

    /** Begins a session. */
    @FunctionalInterface
    interface Opener<S> {
        S open(ResultObserver observer) throws Exception;
    }

    ConsumerRuntime(DefaultConsumer consumer, SageMakerAsyncEndpoint endpoint) {
        this.consumer = consumer;
        this.endpoint = endpoint;
    }

    DefaultConsumer consumer() {
        return consumer;
    }

    SageMakerAsyncEndpoint endpoint() {
        return endpoint;
    }

    /** Remembers what was handled as long as the consumer lives, because exchanges may outlive a stop that was forced. */
    IdempotentRepository handledInMemory() {
        return handledInMemory;
    }

    /** @param downBeforeFirstCall whether readiness waits for a first call */
    void addHealthCheck(boolean downBeforeFirstCall) {
        CallHealthCheck check = new CallHealthCheck(
                "consumer:" + consumer.getRouteId(),
                endpoint.getEndpointUri(),
                () -> observer == null ? null : observer.health(),
                downBeforeFirstCall);
        check.setEnabled(endpoint.getComponent().isHealthCheckConsumerEnabled());
        consumer.setHealthCheck(check);
    }

    /** Begins a session; or goes on with the one that a stop gave up. */
    void start(Opener<S> opener) throws Exception {
        if (session == null || !session.isOpen()) {
            observer = endpoint.getComponent().observability().results(endpoint.getEndpointName());
            S started = opener.open(observer);
            session = started;
            observer.inFlight(started::inFlight);
        }
        session.open();
    }

    void resume() {
        session.open();
    }

    void pause() {
        if (session != null) {
            session.pause();
        }
    }

    void stop() {
        if (session != null) {
            session.close();
        }
        if (observer != null) {
            observer.close();
        }
    }

    /** The latest session; null before the first. */
    S session() {
        return session;
    }

    int inFlight() {
        return session == null ? 0 : session.inFlight();
    }

    /** Expired requests on their way. */
    int expiring() {
        return session == null ? 0 : session.tracking().inFlight();
    }

    /** How often this {@link ResultObserver.Ending} or {@link ResultObserver.Poison} was counted since the start. */
    long count(Enum<?> label) {
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
