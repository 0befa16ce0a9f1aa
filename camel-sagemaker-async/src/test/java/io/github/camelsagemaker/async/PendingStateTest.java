package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.console.SageMakerAsyncDevConsole;
import io.github.camelsagemaker.async.tracking.MemoryPendingInvocationStore;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.console.DevConsole;
import org.apache.camel.console.DevConsoleRegistry;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.util.json.JsonObject;
import org.apache.camel.util.json.Jsoner;
import org.junit.jupiter.api.Test;

/** The state of tracked requests on demand: by JMX, and by the dev console as text and as JSON. */
class PendingStateTest extends TrackingTestSupport {

    private static final MBeanServer JMX = ManagementFactory.getPlatformMBeanServer();
    private static final Map<String, Object> REQUEST =
            Map.of(SageMakerAsyncConstants.REQUEST_INFERENCE_ID, "id-1", "customer", "private");

    private final FragileStore store = new FragileStore();

    @Test
    void jmxTellsHowManyRequestsArePending() throws Exception {
        holdModel();
        DefaultCamelContext node = sender(store, "");
        sent(node, "hello", REQUEST);
        ObjectName endpoint = endpointOf(node);

        assertThat(JMX.getAttribute(endpoint, "PendingInvocations")).isEqualTo(1L);
        assertThat(JMX.getAttribute(endpoint, "CompletedInvocations")).isEqualTo(0L);
        assertThat(JMX.getAttribute(endpoint, "FailedInvocations")).isEqualTo(0L);
        assertThat(JMX.getAttribute(endpoint, "ExpiredInvocations")).isEqualTo(0L);
        assertThat((Long) JMX.getAttribute(endpoint, "OldestPendingSeconds")).isBetween(0L, 60L);
    }

    @Test
    void jmxFindsARequestByItsInferenceIdWithoutItsHeaders() throws Exception {
        holdModel();
        DefaultCamelContext node = sender(store, "");
        sent(node, "hello", REQUEST);

        JsonObject found = (JsonObject) Jsoner.deserialize(find(endpointOf(node), "id-1"));

        assertThat(found)
                .containsEntry("inferenceId", "id-1")
                .containsEntry("endpointName", "model")
                .containsEntry("state", "PENDING")
                .containsKeys("created", "deadline", "outputLocation", "failureLocation")
                .doesNotContainKey("expiredAt");
        assertThat(found.toJson()).doesNotContain("private");
        assertThat(find(endpointOf(node), "id-2")).isNull();
    }

    @Test
    void jmxTellsNothingOfAnEndpointWithoutAStore() throws Exception {
        ObjectName endpoint = endpointOf(sender(null, ""));

        assertThat(JMX.getAttribute(endpoint, "PendingInvocations")).isNull();
        assertThat(find(endpoint, "id-1")).isNull();
    }

    @Test
    void monitoringCountsOnceForAllAttributes() throws Exception {
        ObjectName endpoint = endpointOf(sender(store, ""));
        store.threads.clear();
        JMX.getAttribute(endpoint, "PendingInvocations");
        store.down = true;

        assertThat(JMX.getAttribute(endpoint, "CompletedInvocations")).isEqualTo(0L);
    }

    @Test
    void theConsoleIsFoundByItsName() throws Exception {
        DefaultCamelContext node = sender(store, "");
        node.setDevConsole(true);

        assertThat(node.getCamelContextExtension()
                        .getContextPlugin(DevConsoleRegistry.class)
                        .resolveById("sagemaker-async"))
                .isInstanceOf(SageMakerAsyncDevConsole.class);
    }

    @Test
    void theConsoleIsFoundAmongAllOfTheClassPathAndListedForCatalogs() throws Exception {
        DefaultCamelContext node = sender(store, "");
        node.setDevConsole(true);
        DevConsoleRegistry registry = node.getCamelContextExtension().getContextPlugin(DevConsoleRegistry.class);
        registry.loadDevConsoles(true);
        Properties list = new Properties();
        try (InputStream file = SageMakerAsyncDevConsole.class.getResourceAsStream(
                "/META-INF/services/org/apache/camel/dev-consoles.properties")) {
            list.load(file);
        }

        assertThat(registry.stream()).hasAtLeastOneElementOfType(SageMakerAsyncDevConsole.class);
        assertThat(list).containsEntry("dev-consoles", "sagemaker-async");
    }

    @Test
    void theConsoleShowsCountsAndOneRequestAsText() throws Exception {
        holdModel();
        DefaultCamelContext node = sender(store, "");
        receiver(store, scan());
        sent(node, "hello", REQUEST);

        String text = (String)
                console(node).call(DevConsole.MediaType.TEXT, Map.of(SageMakerAsyncDevConsole.INFERENCE_ID, "id-1"));

        assertThat(text)
                .startsWith(
                        "SageMaker endpoint model\n    pending: 1\n    completed: 0\n    failed: 0\n    expired: 0\n    oldestPendingSeconds: ")
                .contains("    request\n        inferenceId: id-1\n")
                .contains("        state: PENDING\n")
                .doesNotContain("private");
    }

    @Test
    void theConsoleShowsCountsAndOneRequestAsJson() throws Exception {
        holdModel();
        DefaultCamelContext node = sender(store, "");
        sent(node, "hello", REQUEST);

        JsonObject endpoint = endpoints(node, Map.of(SageMakerAsyncDevConsole.INFERENCE_ID, "id-1"))
                .get(0);

        assertThat(endpoint)
                .containsEntry("endpointName", "model")
                .containsEntry("pending", 1L)
                .containsEntry("completed", 0L)
                .containsEntry("failed", 0L)
                .containsEntry("expired", 0L)
                .containsKey("oldestPendingSeconds");
        assertThat(endpoint.<Map<String, Object>>getMap("request")).containsEntry("state", "PENDING");
    }

    @Test
    void theConsoleShowsEachSageMakerEndpointOnceAndOnlyTheOneAskedFor() throws Exception {
        DefaultCamelContext node = sender(store, "");
        node.getEndpoint("sagemaker-async:model?pendingHeaders=a");
        node.getEndpoint("sagemaker-async:another");

        assertThat(endpoints(node, Map.of()))
                .extracting(e -> e.get("endpointName"))
                .containsExactly("another", "model");
        assertThat(endpoints(node, Map.of(SageMakerAsyncDevConsole.ENDPOINT_NAME, "model")))
                .extracting(e -> e.get("endpointName"))
                .containsExactly("model");
    }

    @Test
    void theConsoleTellsThatTheStoreIsDown() throws Exception {
        DefaultCamelContext node = sender(store, "");
        store.down = true;

        assertThat(endpoints(node, Map.of()).get(0)).containsEntry("error", "the store is down");
        assertThat((String) console(node).call(DevConsole.MediaType.TEXT, Map.of()))
                .contains("    error: the store is down");
    }

    @Test
    void theConsoleShowsProducersAndConsumersWithoutAStore() throws Exception {
        DefaultCamelContext sending = sender(null, "");
        sent(sending, "hello", REQUEST);
        DefaultCamelContext receiving = receiver(null, scan());

        assertThat((String) console(sending).call(DevConsole.MediaType.TEXT, Map.of()))
                .startsWith("SageMaker endpoint model\n    producer sagemaker-async://model")
                .contains("        inFlight: 0\n        acceptedInline: 1\n")
                .doesNotContain("pending");
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat((String) console(receiving).call(DevConsole.MediaType.TEXT, Map.of()))
                        .contains("    consumer ", "        settled: 1\n"));
    }

    @Test
    void aMemoryStoreIsShownLikeAnyOther() throws Exception {
        assertThat(endpoints(sender(new MemoryPendingInvocationStore(), ""), Map.of()))
                .hasSize(1);
    }

    private static ObjectName endpointOf(DefaultCamelContext node) throws Exception {
        ObjectName pattern = new ObjectName(
                "org.apache.camel:context=" + node.getManagementName() + ",type=endpoints,name=\"sagemaker-async*\"");
        return JMX.queryNames(pattern, null).iterator().next();
    }

    private static String find(ObjectName endpoint, String inferenceId) throws Exception {
        return (String) JMX.invoke(
                endpoint, "findPendingInvocation", new Object[] {inferenceId}, new String[] {String.class.getName()});
    }

    private static DevConsole console(DefaultCamelContext node) {
        SageMakerAsyncDevConsole console = new SageMakerAsyncDevConsole();
        console.setCamelContext(node);
        return console;
    }

    private static List<JsonObject> endpoints(DefaultCamelContext node, Map<String, Object> options) {
        JsonObject json = (JsonObject) console(node).call(DevConsole.MediaType.JSON, options);
        return json.getCollection("endpoints");
    }
}
