package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What results by notification cost, counted at the servers. */
@Tag("any-camel")
class QueueCostTest extends QueueTestSupport {

    private static final Logger LOG = LoggerFactory.getLogger(QueueCostTest.class);

    private static final int RESULTS = 400;

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
        // At load: all wait before the consumer starts.
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < RESULTS; i++) {
            results.land(i + ".out", "result " + i);
            messages.add(results.completedWith(i + ".out", "result " + i));
        }
        results.sendAll(messages);
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
}
