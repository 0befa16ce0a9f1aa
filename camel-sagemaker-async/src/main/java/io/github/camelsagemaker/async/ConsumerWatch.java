package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.observe.CallFailure;
import io.github.camelsagemaker.async.observe.CallHealthCheck;
import io.github.camelsagemaker.async.observe.ResultObserver;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.camel.support.DefaultConsumer;

/**
 * What watches a consumer: its observer between a start and a stop, and its health check, which Camel's repository of
 * consumers shows as that of the route.
 */
final class ConsumerWatch {

    private final SageMakerAsyncEndpoint endpoint;
    private final CallHealthCheck check;
    private volatile ResultObserver observer;

    /** @param downBeforeFirstCall whether readiness waits for a first call */
    ConsumerWatch(SageMakerAsyncEndpoint endpoint, DefaultConsumer consumer, boolean downBeforeFirstCall) {
        this.endpoint = endpoint;
        this.check = new CallHealthCheck(
                "consumer:" + consumer.getRouteId(),
                endpoint.getEndpointUri(),
                () -> observer == null ? null : observer.health(),
                downBeforeFirstCall);
        check.setEnabled(endpoint.getComponent().isHealthCheckConsumerEnabled());
        consumer.setHealthCheck(check);
    }

    /** Begins to watch. */
    ResultObserver start() {
        observer = endpoint.getComponent().observability().results(endpoint.getEndpointName());
        return observer;
    }

    /** Shows how many results are on their way. */
    void show(LongSupplier inFlight) {
        observer.inFlight(inFlight);
    }

    void stop() {
        ResultObserver stopped = observer;
        if (stopped != null) {
            stopped.close();
        }
    }

    /** For people; empty if nothing fails. */
    String failing() {
        ResultObserver current = observer;
        return current == null
                ? ""
                : current.health().failures().stream().map(CallFailure::summary).collect(Collectors.joining("; "));
    }
}
