package io.github.camelsagemaker.async.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.camel.Endpoint;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.Service;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.service.ServiceHelper;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** Options of any value give an endpoint that starts, or an error that names an option; nothing is sent. */
@AddLifecycleHook(FromSeed.class)
@AddLifecycleHook(FewerTries.class)
class EndpointUriFuzzTest {

    static final String SECRET = "wJalrXUtnFEMI";

    /** Its clients answer nothing. */
    private static final DefaultCamelContext WITH_CLIENTS = new DefaultCamelContext();

    /** Its clients are built from the options. */
    private static final DefaultCamelContext WITHOUT_CLIENTS = new DefaultCamelContext();

    @BeforeContainer
    static void start() {
        bind(SageMakerRuntimeAsyncClient.class);
        bind(S3AsyncClient.class);
        bind(SqsAsyncClient.class);
        WITH_CLIENTS.start();
        WITHOUT_CLIENTS.start();
    }

    @AfterContainer
    static void stop() {
        WITH_CLIENTS.stop();
        WITHOUT_CLIENTS.stop();
    }

    private static <C> void bind(Class<C> client) {
        Object silent = Proxy.newProxyInstance(
                client.getClassLoader(),
                new Class<?>[] {client},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == arguments[0];
                    case "toString" -> client.getSimpleName();
                    default ->
                        method.getReturnType() == CompletableFuture.class
                                ? CompletableFuture.failedFuture(SdkClientException.create("no network"))
                                : null;
                });
        WITH_CLIENTS.getRegistry().bind(client.getSimpleName(), client, client.cast(silent));
    }

    @Property
    void aProducerStartsOrNamesTheOption(
            @ForAll("names") String name, @ForAll("producerOptions") Map<String, String> options) {
        startsOrNamesTheOption(WITH_CLIENTS, name, options, Endpoint::createProducer);
    }

    @Property
    void aScanningConsumerStartsOrNamesTheOption(
            @ForAll("names") String name, @ForAll("consumerOptions") Map<String, String> options) {
        options.remove("notificationQueue");
        options.putIfAbsent("initialDelay", "600000");
        startsOrNamesTheOption(WITH_CLIENTS, name, options, endpoint -> endpoint.createConsumer(exchange -> {}));
    }

    @Property
    void aQueueConsumerIsMadeReadyOrNamesTheOption(
            @ForAll("names") String name, @ForAll("consumerOptions") Map<String, String> options) {
        options.putIfAbsent("notificationQueue", "results");
        // Ready, not started: a start waits for SQS.
        attempt(WITH_CLIENTS, name, options, endpoint -> {
            Service consumer = endpoint.createConsumer(exchange -> {});
            ServiceHelper.initService(consumer);
            return consumer;
        });
    }

    @Property
    void aClientIsBuiltOrTheOptionNamed(@ForAll("clientOptions") Map<String, String> options) {
        startsOrNamesTheOption(WITHOUT_CLIENTS, "endpoint", options, Endpoint::createProducer);
    }

    private interface Making {
        Service of(Endpoint endpoint) throws Exception;
    }

    private static void startsOrNamesTheOption(
            DefaultCamelContext context, String name, Map<String, String> options, Making making) {
        attempt(context, name, options, endpoint -> {
            Service service = making.of(endpoint);
            try {
                ServiceHelper.startService(service);
            } catch (RuntimeException e) {
                ServiceHelper.stopAndShutdownService(service);
                throw e;
            }
            return service;
        });
    }

    private static void attempt(DefaultCamelContext context, String name, Map<String, String> options, Making making) {
        String uri = "sagemaker-async:" + encoded(name) + "?"
                + options.entrySet().stream()
                        .map(option -> option.getKey() + "=" + encoded(option.getValue()))
                        .collect(Collectors.joining("&"));
        Endpoint endpoint = null;
        try {
            endpoint = context.getEndpoint(uri);
            ServiceHelper.stopAndShutdownService(making.of(endpoint));
        } catch (Exception e) {
            assertNamesAnOption(e, name, options);
        } finally {
            if (endpoint != null) {
                context.removeEndpoint(endpoint);
            }
        }
    }

    private static void assertNamesAnOption(Throwable failure, String name, Map<String, String> options) {
        // Camel wraps it into an exception that quotes the URI, and with it every option.
        Throwable refusal = failure instanceof ResolveEndpointFailedException && failure.getCause() != null
                ? failure.getCause()
                : failure;
        String messages = messages(refusal);
        assertThat(refusal)
                .as(messages)
                .isNotInstanceOfAny(
                        NullPointerException.class,
                        ClassCastException.class,
                        ArithmeticException.class,
                        IndexOutOfBoundsException.class,
                        IllegalStateException.class);
        assertThat(options.keySet().stream().anyMatch(messages::contains)
                        || messages.contains("outputLocation")
                        || messages.contains("The SageMaker endpoint name")
                        || name.isEmpty())
                .as("names an option: %s", messages)
                .isTrue();
        assertThat(messages).doesNotContain(SECRET);
    }

    private static String messages(Throwable failure) {
        StringBuilder messages = new StringBuilder();
        for (Throwable e = failure; e != null; e = e.getCause()) {
            messages.append(e).append('\n');
        }
        return messages.toString();
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    @Provide
    Arbitrary<String> names() {
        return UriValues.names();
    }

    @Provide
    Arbitrary<Map<String, String>> producerOptions() {
        return UriValues.ofProducers();
    }

    @Provide
    Arbitrary<Map<String, String>> consumerOptions() {
        return UriValues.ofConsumers();
    }

    @Provide
    Arbitrary<Map<String, String>> clientOptions() {
        return UriValues.ofClients();
    }
}
