package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.camelsagemaker.async.error.RequestRefusedException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With clients that the component builds from its options, and closes. */
class ProducerOwnClientsTest extends ProducerTestSupport {

    private static final List<String> ENDPOINTS = List.of("aws.endpointUrlS3", "aws.endpointUrlSageMakerRuntime");
    private static final String WRONG_KEY = "AKIAWRONG00000000000";
    private static final String WRONG_SECRET = "wrong-secret-that-nobody-may-see";

    private String options;

    @BeforeEach
    void pointTheSdkAtTheServers() {
        ENDPOINTS.forEach(
                name -> System.setProperty(name, aws.sdkSystemProperties().get(name)));
        options = "?region=" + aws.region() + "&forcePathStyle=true&inputLocation=" + INPUTS;
    }

    @AfterEach
    void forgetTheServers() {
        ENDPOINTS.forEach(System::clearProperty);
    }

    @Override
    void configure(SageMakerAsyncComponent component) {
        // No clients are given.
    }

    @Test
    void requestsAreSentAndNoThreadIsLeftWhenCamelStops() throws Exception {
        Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
        route("sagemaker-async:echo" + options + credentials(aws.accessKeyId(), aws.secretAccessKey()));
        processed(sent(random(10), Map.of()));
        processed(sent(random(128_001), Map.of()));
        assertThat(newThreads(before)).isNotEmpty();

        camel.stop();

        Awaitility.await().untilAsserted(() -> assertThat(newThreads(before)).isEmpty());
    }

    @Test
    void theClientsOfTenantsWhoAreGoneAreClosed() throws Exception {
        camel.start();
        Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
        for (int tenant = 0; tenant < 10; tenant++) {
            String id = "tenant-" + tenant;
            // Each has clients of its own.
            String uri = "sagemaker-async:echo" + options + credentials(aws.accessKeyId(), aws.secretAccessKey())
                    + "&maxConcurrentCalls=" + (tenant + 1);
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:" + id).routeId(id).to(uri);
                }
            });
            Exchange exchange = camel.createProducerTemplate()
                    .send("direct:" + id, e -> e.getMessage().setBody(random(10)));
            assertThat(exchange.getException()).isNull();
            camel.getRouteController().stopRoute(id);
            camel.removeRoute(id);
        }

        Awaitility.await().untilAsserted(() -> assertThat(newThreads(before))
                .noneMatch(name -> name.contains("aws-java-sdk-Netty")));
        Awaitility.await().until(() -> aws.openConnections() == 0);
    }

    @Test
    void manyEndpointsThatMessagesNameShareThreadsAndConnectionsAndLeaveNone() throws Exception {
        Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
        for (int i = 0; i < 200; i++) {
            endpoint("dynamic-" + i);
        }
        String uri = "sagemaker-async:dynamic-${header.number}" + options
                + credentials(aws.accessKeyId(), aws.secretAccessKey());
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").errorHandler(noErrorHandler()).toD(uri);
            }
        });
        List<CompletableFuture<Exchange>> sent = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            int number = i % 200;
            sent.add(template.asyncSend("direct:in", exchange -> {
                exchange.getMessage().setBody("body " + number);
                exchange.getMessage().setHeader("number", number);
            }));
        }

        for (CompletableFuture<Exchange> exchange : sent) {
            assertThat(exchange.get(60, TimeUnit.SECONDS).getException()).isNull();
        }

        assertThat(aws.ledger().acceptedCount()).isEqualTo(400);
        assertThat(newThreads(before)).hasSizeLessThan(150);
        assertThat(aws.openConnections()).isLessThanOrEqualTo(256);
        camel.stop();
        // The SDK's own threads are shared with the clients of the servers.
        Awaitility.await()
                .untilAsserted(() -> assertThat(newThreads(before)).noneMatch(name -> name.contains("SageMakerAsync")));
        Awaitility.await().until(() -> aws.openConnections() == 0);
    }

    /** Threads of the component and its clients that were not there before. */
    private static List<String> newThreads(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread))
                .map(Thread::getName)
                .filter(name -> name.contains("SageMakerAsync") || name.contains("aws-java-sdk-Netty"))
                .toList();
    }

    @Test
    void wrongCredentialsAreRefusedWithoutShowingThem() throws Exception {
        route("sagemaker-async:echo" + options + credentials(WRONG_KEY, WRONG_SECRET));

        assertRefusedWithoutKeys(send(random(10)), "InvokeEndpointAsync");
        assertRefusedWithoutKeys(send(random(128_001)), "PutObject");
        assertNothingLeftInS3();
    }

    private static void assertRefusedWithoutKeys(Exchange exchange, String operation) {
        assertThat(exchange.getException()).isInstanceOfSatisfying(RequestRefusedException.class, e -> {
            assertThat(e.getStatusCode()).isEqualTo(403);
            assertThat(e.getErrorCode()).isNotBlank();
            assertThat(e.getMessage()).contains(operation, e.getErrorCode()).doesNotContain(WRONG_KEY, WRONG_SECRET);
        });
    }

    @Test
    void aMissingRegionKeepsTheRouteFromStarting() {
        assumeThat(System.getenv("AWS_REGION")).isNull();
        System.setProperty("aws.disableEc2Metadata", "true");
        System.setProperty("aws.configFile", "no-such-file");
        try {
            assertThatThrownBy(() -> route("sagemaker-async:echo"))
                    .hasStackTraceContaining("SageMaker Runtime client")
                    .hasStackTraceContaining("option region or by AWS_REGION");
        } finally {
            System.clearProperty("aws.disableEc2Metadata");
            System.clearProperty("aws.configFile");
        }
    }

    private static String credentials(String accessKey, String secretKey) {
        return "&accessKey=" + accessKey + "&secretKey=" + secretKey;
    }
}
