package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.testinfra.Fault;
import io.github.camelsagemaker.async.testinfra.Model;
import io.github.camelsagemaker.async.tracking.JdbcPendingInvocationStore;
import io.github.camelsagemaker.async.tracking.PendingInvocation;
import io.github.camelsagemaker.async.tracking.PendingState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.S3Object;

/** What one node sent another receives with the original headers, after the first has ended. */
class TrackedRestartTest extends TrackingTestSupport {

    private static final Map<String, Object> HEADERS = Map.of(
            "customer",
            "Müller",
            "attempt",
            2,
            "ordered",
            Instant.parse("2026-03-01T10:00:00Z"),
            "Authorization",
            "Bearer secret-1",
            "cookie",
            "secret-2",
            Exchange.HTTP_PATH,
            "/secret-3");

    @Test
    void aScanningNodeRestoresTheHeaders() throws Exception {
        restoredBy(scan());
    }

    @Test
    void aNodeWithAQueueRestoresTheHeaders() throws Exception {
        restoredBy(byQueue());
    }

    private void restoredBy(String uri) throws Exception {
        Supplier<JdbcPendingInvocationStore> table = Database.H2.table();
        DefaultCamelContext first = sender(table.get(), "");
        String id = sent(first, "hello", HEADERS);
        first.stop();

        JdbcPendingInvocationStore store = table.get();
        receiver(store, uri);
        awaitEmitted(1);

        Message result = emitted.get(0);
        assertThat(status(result)).isEqualTo(InferenceStatus.COMPLETED);
        assertThat(result.getBody(String.class)).isEqualTo("hello");
        assertThat(id(result)).isEqualTo(id);
        assertThat(result.getHeaders())
                .containsEntry("customer", "Müller")
                .containsEntry("attempt", 2)
                .containsEntry("ordered", HEADERS.get("ordered"))
                .doesNotContainKeys("Authorization", "cookie", Exchange.HTTP_PATH, SageMakerAsyncConstants.LATE);
        soon().untilAsserted(() ->
                assertThat(store.find(key(id))).map(PendingInvocation::state).contains(PendingState.COMPLETED));
        assertThat(store.find(key(id)).orElseThrow().headers()).doesNotContain("secret");
    }

    @Test
    void aScanningNodeDeletesTheInputThatTheRecordNames() throws Exception {
        String inputs = "inputLocation=s3://" + bucket + "/in/";
        Supplier<JdbcPendingInvocationStore> table = Database.H2.table();
        DefaultCamelContext first = sender(table.get(), inputs);
        sent(first, "x".repeat(200_000), Map.of());
        first.stop();
        assertThat(keysBelow("in/")).hasSize(1);

        receiver(table.get(), scan() + "&deleteInputAfterRead=true&" + inputs);
        awaitEmitted(1);

        soon().until(() -> keysBelow("in/").isEmpty());
    }

    private List<String> keysBelow(String prefix) {
        return aws().s3Client().listObjectsV2(list -> list.bucket(bucket).prefix(prefix)).join().contents().stream()
                .map(S3Object::key)
                .toList();
    }

    @Test
    void aFailedInferenceBringsTheHeadersBackToo() throws Exception {
        model(Model.failing("cannot"));
        Supplier<JdbcPendingInvocationStore> table = Database.H2.table();
        String id = sent(sender(table.get(), ""), "hello", HEADERS);

        JdbcPendingInvocationStore store = table.get();
        receiver(store, byQueue());
        awaitEmitted(1);

        assertThat(status(emitted.get(0))).isEqualTo(InferenceStatus.FAILED);
        assertThat(emitted.get(0).getHeader("customer")).isEqualTo("Müller");
        soon().untilAsserted(() ->
                assertThat(store.find(key(id))).map(PendingInvocation::state).contains(PendingState.FAILED));
    }

    @Test
    void aHeaderOfTheResultWinsOverTheRequests() throws Exception {
        Supplier<JdbcPendingInvocationStore> table = Database.H2.table();
        sent(sender(table.get(), ""), "hello", Map.of(Exchange.CONTENT_TYPE, "text/request", "customer", "c"));
        receiver(table.get(), scan());
        awaitEmitted(1);

        // The model echoes the content type it was sent, and that is the object's.
        assertThat(emitted.get(0).getHeader(Exchange.CONTENT_TYPE)).isEqualTo("text/request");
        assertThat(emitted.get(0).getHeader("customer")).isEqualTo("c");
    }

    @Test
    void onlyTheHeadersOfOptionPendingHeadersAreKept() throws Exception {
        Supplier<JdbcPendingInvocationStore> table = Database.H2.table();
        sent(sender(table.get(), "pendingHeaders=cust*,Authorization"), "hello", HEADERS);
        receiver(table.get(), scan());
        awaitEmitted(1);

        assertThat(emitted.get(0).getHeaders())
                .containsEntry("customer", "Müller")
                .doesNotContainKeys("attempt", "Authorization");
    }

    @Test
    void theRecordIsThereBeforeTheCall() throws Exception {
        JdbcPendingInvocationStore store = Database.H2.table().get();
        AtomicReference<PendingState> atTheCall = new AtomicReference<>();
        DefaultCamelContext node = sender(store, "");
        aws().faults()
                .forCalls(
                        "InvokeEndpointAsync",
                        call -> {
                            atTheCall.set(store.find(key("id-1"))
                                    .map(PendingInvocation::state)
                                    .orElse(null));
                            return false;
                        },
                        1,
                        Fault.failure500());

        sent(node, "hello", Map.of(SageMakerAsyncConstants.REQUEST_INFERENCE_ID, "id-1"));

        assertThat(atTheCall).hasValue(PendingState.PENDING);
        PendingInvocation invocation = store.find(key("id-1")).orElseThrow();
        assertThat(invocation.outputLocation()).startsWith("s3://" + bucket + "/out/");
        assertThat(invocation.failureLocation()).startsWith("s3://" + bucket + "/failed/");
    }
}
