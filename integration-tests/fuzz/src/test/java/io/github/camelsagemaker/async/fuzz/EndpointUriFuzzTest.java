package io.github.camelsagemaker.async.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
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

    private static final String SECRET = "wJalrXUtnFEMI";

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
        return Arbitraries.frequencyOf(
                Tuple.of(9, Arbitraries.just("endpoint")),
                Tuple.of(1, Arbitraries.of("-a", "a_b", "a/b", "..", "ä", "a b", "a%", "x".repeat(64))));
    }

    private static final List<String> NUMBERS = List.of(
            "0",
            "1",
            "-1",
            "60",
            "1000",
            "21600",
            "43200000",
            "2147483647",
            "-2147483648",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "1.5",
            "x",
            " 5",
            "30s",
            "1h",
            "");
    private static final List<String> FLAGS = List.of("true", "false", "TRUE", "maybe", "");
    private static final List<String> PREFIXES = List.of(
            "s3://bucket/out/",
            "s3://bucket/out",
            "s3://bucket",
            "s3://bucket/",
            "s3://bucket/out/deep/",
            "s3://other/x/",
            "s3://bucket//",
            "s3://bucket/../",
            "s3://bucket/a/./b",
            "s3:///x/",
            "s3://b/",
            "https://bucket.s3.amazonaws.com/x/",
            "bucket/out",
            "s3://bucket/ä b+c%/",
            "s3://bucket/x\r\ny/",
            "",
            " ",
            "#bean:missing");
    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "a",
            "application/json",
            "a\r\nb",
            "\u0000",
            "ä",
            "x".repeat(2000),
            "../x",
            "s3:x",
            "123456789012",
            "12345678901",
            "aws:kms",
            "AES256",
            "#bean:missing",
            "{{missing",
            "${body}",
            "RAW(x)",
            "*",
            "a,b",
            "[");

    @Provide
    Arbitrary<Map<String, String>> producerOptions() {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String option : List.of(
                "inlineThreshold",
                "requestTtlSeconds",
                "invocationTimeoutSeconds",
                "maxRetries",
                "maxInFlight",
                "resultTimeout",
                "resultPollDelay",
                "resultPollMaxDelay",
                "resultReconcileInterval",
                "pendingDeadline",
                "pendingLease",
                "pendingRetention",
                "pendingSweepInterval")) {
            values.put(option, NUMBERS);
        }
        for (String option : List.of(
                "awaitResult",
                "deleteResultAfterAwait",
                "deleteInputAfterAwait",
                "propagateTraceContext",
                "checkBucketsAtStart")) {
            values.put(option, FLAGS);
        }
        // Camel reads these two itself, of every component, and names no option.
        values.put("lazyStartProducer", List.of("true", "false"));
        for (String option : List.of(
                "contentType",
                "accept",
                "customAttributes",
                "s3OutputPathExtension",
                "sseAlgorithm",
                "sseKmsKeyId",
                "expectedBucketOwner",
                "expectedResultBucketOwner",
                "pendingHeaders",
                "notificationQueue",
                "foreignReplies",
                "unknownOption")) {
            values.put(option, TEXTS);
        }
        values.put("inputLocation", PREFIXES);
        values.put("outputLocation", PREFIXES);
        values.put("failureLocation", PREFIXES);
        values.put("payloadMode", List.of("AUTO", "INLINE", "S3", "s3", "MAIL", "", "#bean:missing"));
        return some(values);
    }

    @Provide
    Arbitrary<Map<String, String>> consumerOptions() {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String option : List.of(
                "maxVisibilityExtension",
                "waitTimeSeconds",
                "visibilityTimeout",
                "concurrentConsumers",
                "reconcileInterval",
                "reconcileMinAge",
                "reconcileMaxAge",
                "maxAttempts",
                "maxInFlight",
                "maxMessagesPerPoll",
                "pendingLease",
                "pendingSweepInterval",
                "delay",
                "backoffMultiplier",
                "repeatCount")) {
            values.put(option, NUMBERS);
        }
        for (String option : List.of(
                "autoCreateQueue",
                "extendMessageVisibility",
                "includeBody",
                "streamBody",
                "deleteAfterRead",
                "moveAfterRead",
                "deleteInputAfterRead",
                "idempotentEager",
                "greedy",
                "checkBucketsAtStart")) {
            values.put(option, FLAGS);
        }
        values.put("bridgeErrorHandler", List.of("true", "false"));
        for (String option : List.of(
                "topicArn",
                "queueOwnerAWSAccountId",
                "redeliveryBackoff",
                "foreignMessages",
                "onFailedInference",
                "idempotentKey",
                "idempotentRepository",
                "inProgressRepository",
                "expectedResultBucketOwner",
                "pendingHeaders",
                "exceptionHandler",
                "pollStrategy")) {
            values.put(option, TEXTS);
        }
        for (String option : List.of("failureLocation", "moveLocation", "moveFailedLocation", "inputLocation")) {
            values.put(option, PREFIXES);
        }
        values.put(
                "notificationQueue",
                List.of(
                        "results",
                        "results.fifo",
                        "",
                        " ",
                        "a b",
                        "https://",
                        "https://sqs/1/results",
                        "http://[",
                        "arn:aws:sqs:eu-west-1:111122223333:results",
                        "arn:aws:sqs:eu-west-1:1:results",
                        "x".repeat(81),
                        "ä",
                        "https://sqs.eu-west-1.amazonaws.com/111122223333/",
                        "https:opaque",
                        "https://x?y#z"));
        Arbitrary<String> output = Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.just("s3://bucket/out/")), Tuple.of(1, Arbitraries.of(PREFIXES)));
        return Combinators.combine(some(values), output.injectNull(0.05)).as((options, location) -> {
            if (location != null) {
                options.put("outputLocation", location);
            }
            return options;
        });
    }

    @Provide
    Arbitrary<Map<String, String>> clientOptions() {
        Map<String, List<String>> values = new LinkedHashMap<>();
        values.put(
                "region",
                List.of(
                        "eu-west-1",
                        "",
                        " ",
                        "EU_WEST_1",
                        "nowhere",
                        "a b",
                        "x.evil.com/",
                        "eu-west-1\r\n",
                        "#bean:missing"));
        values.put("accessKey", List.of("AKIA", "", " "));
        values.put("secretKey", List.of(SECRET, "", " "));
        values.put("sessionToken", List.of(SECRET, "", " "));
        values.put("profileCredentialsName", List.of("missing", "", " "));
        values.put(
                "uriEndpointOverride",
                List.of(
                        "http://127.0.0.1:9",
                        "",
                        " ",
                        "127.0.0.1:9",
                        "http://",
                        "http://[",
                        "ftp://x",
                        "http://a b",
                        "/x",
                        "x"));
        values.put("proxyHost", List.of("127.0.0.1", "", " ", "a b"));
        values.put("proxyPort", NUMBERS);
        values.put("proxyProtocol", List.of("HTTP", "HTTPS", "https", "SOCKS", ""));
        values.put("maxRetries", NUMBERS);
        for (String option : List.of(
                "useDefaultCredentialsProvider",
                "useProfileCredentialsProvider",
                "useSessionCredentials",
                "overrideEndpoint",
                "trustAllCertificates",
                "forcePathStyle")) {
            values.put(option, List.of("true", "false", "maybe"));
        }
        values.put("inputLocation", List.of("s3://bucket/in/"));
        return some(values).map(options -> {
            options.putIfAbsent("region", "eu-west-1");
            options.put("checkBucketsAtStart", "false");
            return options;
        });
    }

    /** Up to six options, each with one of its values. */
    private static Arbitrary<Map<String, String>> some(Map<String, List<String>> values) {
        return Arbitraries.of(List.copyOf(values.keySet()))
                .flatMap(option -> Arbitraries.of(values.get(option)).map(value -> Map.entry(option, value)))
                .list()
                .ofMaxSize(6)
                .map(entries -> {
                    Map<String, String> options = new LinkedHashMap<>();
                    entries.forEach(entry -> options.put(entry.getKey(), entry.getValue()));
                    return options;
                });
    }
}
