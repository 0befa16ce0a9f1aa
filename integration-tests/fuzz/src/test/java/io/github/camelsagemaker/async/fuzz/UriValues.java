package io.github.camelsagemaker.async.fuzz;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Names of endpoints, and options of each kind with values that fit, nearly fit, or do not fit at all. */
final class UriValues {

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

    static Arbitrary<String> names() {
        return Arbitraries.frequencyOf(
                Tuple.of(9, Arbitraries.just("endpoint")),
                Tuple.of(1, Arbitraries.of("-a", "a_b", "a/b", "..", "ä", "a b", "a%", "x".repeat(64))));
    }

    static Arbitrary<Map<String, String>> ofProducers() {
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

    static Arbitrary<Map<String, String>> ofConsumers() {
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

    static Arbitrary<Map<String, String>> ofClients() {
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
        values.put("secretKey", List.of(EndpointUriFuzzTest.SECRET, "", " "));
        values.put("sessionToken", List.of(EndpointUriFuzzTest.SECRET, "", " "));
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

    private UriValues() {}
}
