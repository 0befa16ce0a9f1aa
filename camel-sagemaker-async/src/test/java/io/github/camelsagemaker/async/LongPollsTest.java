package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Receives that wait for messages, more than a client has connections for other calls. */
@Tag("any-camel")
class LongPollsTest extends QueueTestSupport {

    private static final int WAIT_SECONDS = 20;

    @Test
    void nothingElseWaitsForTheirConnections() throws Exception {
        SageMakerAsyncConfiguration configuration = context.getComponent(
                        "sagemaker-async", SageMakerAsyncComponent.class)
                .getConfiguration();
        configuration.setSqsAsyncClient(null);
        configuration.setRegion("us-east-1");
        configuration.setAccessKey("test");
        configuration.setSecretKey("test");
        configuration.setOverrideEndpoint(true);
        configuration.setUriEndpointOverride(AWS.aws().sqsEndpoint().toString());
        List<ResultsByQueue> queues = new ArrayList<>(List.of(results));
        Stream.generate(() -> new ResultsByQueue(AWS.aws())).limit(2).forEach(queues::add);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                queues.forEach(queue -> from(queue.uri(
                                "concurrentConsumers=100&maxInFlight=1000&waitTimeSeconds=" + WAIT_SECONDS))
                        .process(exchange -> emitted.add(exchange.getMessage())));
            }
        });
        context.start();
        await().atMost(SOON).until(() -> calls("ReceiveMessage") >= 256);

        for (ResultsByQueue queue : queues) {
            queue.landAndNotify("a.out", "hello");
        }

        await().atMost(Duration.ofSeconds(WAIT_SECONDS / 2))
                .untilAsserted(() -> assertThat(queues).allMatch(queue -> queue.messages() == 0));
        assertThat(emitted).hasSize(3);
    }
}
