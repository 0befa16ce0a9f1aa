package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.observe.CallHealthCheck;
import io.github.camelsagemaker.async.observe.Observability;
import io.github.camelsagemaker.async.observe.RequestObserver;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.WritableHealthCheckRepository;

/** What watches a producer between a start and a stop: its observer, and its health check where the context has them. */
final class ProducerWatch implements AutoCloseable {

    private final Observability observability;
    private final RequestObserver observer;
    private final String id;
    private final WritableHealthCheckRepository checks;
    private final CallHealthCheck check;

    ProducerWatch(SageMakerAsyncEndpoint endpoint) {
        observability = endpoint.getComponent().observability();
        observer = observability.requests(endpoint.getEndpointName());
        id = observability.claimHealthCheckId("producer:sagemaker-async-" + endpoint.getEndpointName());
        check = new CallHealthCheck(id, endpoint.getEndpointUri(), observer::health, false);
        check.setEnabled(endpoint.getComponent().isHealthCheckProducerEnabled());
        checks = HealthCheckHelper.getHealthCheckRepository(
                endpoint.getCamelContext(), "producers", WritableHealthCheckRepository.class);
        if (checks != null) {
            checks.addHealthCheck(check);
        }
    }

    RequestObserver observer() {
        return observer;
    }

    @Override
    public void close() {
        if (checks != null) {
            checks.removeHealthCheck(check);
        }
        observability.releaseHealthCheckId(id);
        observer.close();
    }
}
