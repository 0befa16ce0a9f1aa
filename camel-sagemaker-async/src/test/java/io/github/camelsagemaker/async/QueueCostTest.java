package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.testinfra.ModelResponse;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.SdkBytes;

/** What results by notification cost, counted at the servers. */
@Tag("any-camel")
class QueueCostTest extends QueueTestSupport {

    private static final Logger LOG = LoggerFactory.getLogger(QueueCostTest.class);

    private static final int RESULTS = 1_000;
    private static final int AT_ONCE = 64;

    @Test
    void withTheResponseInsideNoS3RequestAndAQuarterOfAnSqsRequestForEachResult() throws Exception {
        Map<String, Long> calls = costOf("visibilityTimeout=60");

        assertThat(calls.keySet())
                .isSubsetOf(
                        Set.of("ReceiveMessage", "DeleteMessageBatch", "ChangeMessageVisibilityBatch", "GetQueueUrl"));
        assertThat(calls.values().stream().mapToLong(count -> count).sum()).isLessThanOrEqualTo(RESULTS / 4);
    }

    @Test
    void objectsAreDeletedWithoutALookAtEachAndWithNoMoreRequestsThanTheirMessages() throws Exception {
        Map<String, Long> calls = costOf("visibilityTimeout=60&deleteAfterRead=true");

        assertThat(AWS.aws().keys(results.bucket, "out/")).isEmpty();
        assertThat(calls).doesNotContainKey("GetObject");
        assertThat(calls.getOrDefault("HeadObject", 0L))
                .as("whether ETags are compared")
                .isLessThanOrEqualTo(1);
        long deletes = calls.getOrDefault("DeleteObject", 0L) + calls.getOrDefault("DeleteObjects", 0L);
        assertThat(deletes)
                .as("each waits for others as long as its message did")
                .isLessThanOrEqualTo(calls.get("DeleteMessageBatch") + 1);
    }

    private Map<String, Long> costOf(String options) throws Exception {
        String topic = subscribedTopic();
        AWS.aws()
                .endpoint("model")
                .outputPath("s3://" + results.bucket + "/out/")
                .successTopic(topic)
                .responseInNotification()
                .model(request -> ModelResponse.text(request.text()))
                .create();
        invokeAll();
        // At load: all wait before the consumer starts.
        await().atMost(SOON).untilAsserted(() -> assertThat(results.visible()).isEqualTo(RESULTS));
        AWS.aws().ledger().reset();
        route(options);

        await().atMost(SOON).until(() -> consumer().getSettled() == RESULTS);
        Map<String, Long> calls = new TreeMap<>(AWS.aws().ledger().calls());
        // Once, when the route starts.
        calls.remove("HeadBucket");
        LOG.info("{} results with their responses inside cost {}", RESULTS, calls);
        assertThat(emitted)
                .map(m -> m.getBody(String.class))
                .doesNotHaveDuplicates()
                .hasSize(RESULTS);
        return calls;
    }

    private String subscribedTopic() {
        var sns = AWS.aws().snsClient();
        String topic =
                sns.createTopic(r -> r.name("cost-" + UUID.randomUUID())).join().topicArn();
        sns.subscribe(r -> r.topicArn(topic)
                        .protocol("sqs")
                        .endpoint("arn:aws:sqs:us-east-1:000000000000:" + results.queue)
                        .attributes(Map.of("RawMessageDelivery", "true")))
                .join();
        return topic;
    }

    private void invokeAll() throws InterruptedException {
        Semaphore underWay = new Semaphore(AT_ONCE);
        for (int i = 0; i < RESULTS; i++) {
            String body = "result " + i;
            underWay.acquire();
            AWS.aws()
                    .sageMakerClient()
                    .invokeEndpointAsync(r -> r.endpointName("model").body(SdkBytes.fromUtf8String(body)))
                    .whenComplete((accepted, failure) -> underWay.release());
        }
        underWay.acquire(AT_ONCE);
    }
}
