package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.testinfra.Fault;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckRegistry;
import org.junit.jupiter.api.Test;

/** The health check of a consumer by queue. */
class QueueHealthTest extends QueueTestSupport {

    private void enableHealthChecks() {
        HealthCheckRegistry registry = HealthCheckRegistry.get(context);
        registry.setEnabled(true);
        registry.register(registry.resolveById("consumers"));
    }

    private HealthCheck.Result check() {
        return HealthCheckHelper.invokeReadiness(context).stream()
                .filter(result -> result.getCheck().getId().equals("consumer:results"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aConsumerThatCannotReceiveIsDownAndRecoversByItself() throws Exception {
        enableHealthChecks();
        AWS.aws().faults().forCalls("ReceiveMessage", Integer.MAX_VALUE, Fault.accessDenied403());
        route("");

        await().atMost(SOON).untilAsserted(() -> assertThat(check().getState()).isEqualTo(HealthCheck.State.DOWN));
        assertThat(check().getDetails())
                .containsEntry("failure.target", "notificationQueue")
                .containsEntry("error.class", "RequestRefusedException")
                .containsEntry("aws.operation", "ReceiveMessage")
                .containsKeys("aws.request.id", HealthCheck.FAILURE_START_TIME);
        assertThat(consumer().getFailing()).contains("notificationQueue", "ReceiveMessage");

        AWS.aws().faults().clear();
        results.landAndNotify("a.out", "hello");

        await().atMost(SOON).untilAsserted(() -> assertThat(check().getState()).isEqualTo(HealthCheck.State.UP));
        awaitEmitted(1);
        assertThat(consumer().getFailing()).isEmpty();
    }

    @Test
    void itIsUpWhileTheQueueIsEmpty() throws Exception {
        enableHealthChecks();
        route("waitTimeSeconds=3");

        assertThat(check().getState()).isEqualTo(HealthCheck.State.UP);
    }

    @Test
    void checksOfConsumersCanBeDisabled() throws Exception {
        enableHealthChecks();
        context.getComponent("sagemaker-async", SageMakerAsyncComponent.class).setHealthCheckConsumerEnabled(false);
        route("");

        assertThat(check().getState()).isEqualTo(HealthCheck.State.UNKNOWN);
    }
}
