package io.github.camelsagemaker.async.fuzz;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Messages of a results queue: as AWS sends them, and damaged in structure or text. */
final class Messages {

    static final String ENDPOINT = "example-endpoint";

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final List<String> GENUINE = List.of(
            """
            {"awsRegion":"us-west-2","eventTime":"2026-08-03T12:41:00.586Z","receivedTime":"2026-08-03T12:40:58.414Z",
             "invocationStatus":"Completed","requestParameters":{"accept":"a/b","contentType":"text/csv",
             "endpointName":"example-endpoint","inputLocation":"s3://bucket/in/1","customAttributes":"a=b"},
             "responseParameters":{"contentType":"application/json","outputLocation":"s3://bucket/out/1.out"},
             "responseBody":{"content":"eyJ0ZXh0IjoiaGVsbG8ifQ==","message":"see S3","encoding":"BASE64"},
             "inferenceId":"ccdad826","eventVersion":"1.0","eventSource":"aws:sagemaker","eventName":"InferenceResult"}""",
            """
            {"awsRegion":"us-west-2","eventTime":"2026-01-25T22:44:05.542Z","receivedTime":"2026-01-25T22:44:04.001Z",
             "invocationStatus":"Failed","failureReason":"ClientError","requestParameters":{"endpointName":
             "example-endpoint","inputLocation":"s3://bucket/in/1"},"responseParameters":{"outputLocation":
             "s3://bucket/out/1.out","failureLocation":"s3://bucket/failed/1.out"},"inferenceId":"1111",
             "eventVersion":"1.0","eventSource":"aws:sagemaker","eventName":"InferenceResult"}""",
            """
            {"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","eventTime":"2026-01-25T22:44:05.542Z",
             "eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"bucket"},"object":{"key":"out/a+b%2B.out",
             "size":17,"eTag":"0a1b"}}},{"eventSource":"aws:s3","eventName":"ObjectCreated:Copy",
             "s3":{"bucket":{"name":"bucket"},"object":{"key":"failed/1.out"}}}]}""",
            """
            {"version":"0","id":"1","detail-type":"Object Created","source":"aws.s3","time":"2026-01-25T22:44:05Z",
             "detail":{"bucket":{"name":"bucket"},"object":{"key":"out/a b+c.out","size":5,"etag":"0a1b"}}}""",
            """
            {"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-01-25T22:44:05Z","Bucket":"bucket"}""");

    private Messages() {}

    /** Genuine messages of which some fields have values that nobody expects. */
    static Arbitrary<String> ofOddStructure() {
        Arbitrary<List<Change>> changes = Combinators.combine(
                        Arbitraries.integers().between(0, 1000), oddValues(), Arbitraries.of(Change.Kind.values()))
                .as(Change::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
        Arbitrary<String> changed =
                Combinators.combine(Arbitraries.of(GENUINE), changes).as(Messages::changed);
        return inEnvelopes(changed);
    }

    /** Genuine messages whose text was cut, doubled or had something put into it; and texts that were never messages. */
    static Arbitrary<String> ofOddText() {
        Arbitrary<String> edited = Combinators.combine(
                        Arbitraries.of(GENUINE),
                        Arbitraries.integers().between(0, 400),
                        Arbitraries.integers().between(0, 60),
                        Arbitraries.oneOf(oddValues(), Arbitraries.strings().ofMaxLength(10)))
                .as((text, at, length, put) -> {
                    int from = Math.min(at, text.length());
                    return text.substring(0, from) + put + text.substring(Math.min(from + length, text.length()));
                });
        Arbitrary<String> noMessage = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(200),
                Arbitraries.of("", " ", "null", "[]", "{}", "\"\"", "\uFEFF{}", "{} {}", "[".repeat(100_000)),
                oddValues());
        return inEnvelopes(Arbitraries.oneOf(edited, noMessage));
    }

    /** A notification of a result at this place. */
    static String completed(String outputLocation) {
        ObjectNode message = object(GENUINE.get(0));
        message.withObjectProperty("responseParameters").put("outputLocation", outputLocation);
        return text(message);
    }

    /** A notification of a failure at this place. */
    static String failed(String failureLocation) {
        ObjectNode message = object(GENUINE.get(1));
        message.withObjectProperty("responseParameters").put("failureLocation", failureLocation);
        return text(message);
    }

    static String s3Event(String bucket, String encodedKey) {
        ObjectNode message = object(GENUINE.get(2));
        ((ArrayNode) message.get("Records")).remove(1);
        name((ObjectNode) message.at("/Records/0/s3"), bucket, encodedKey);
        return text(message);
    }

    static String eventBridge(String bucket, String key) {
        ObjectNode message = object(GENUINE.get(3));
        name((ObjectNode) message.get("detail"), bucket, key);
        return text(message);
    }

    static String inEnvelope(String message) {
        return text(JsonNodeFactory.instance
                .objectNode()
                .put("Type", "Notification")
                .put("MessageId", "1")
                .put("TopicArn", "arn:aws:sns:eu-west-1:111122223333:results")
                .put("Message", message));
    }

    private static void name(ObjectNode event, String bucket, String key) {
        event.withObjectProperty("bucket").put("name", bucket);
        event.withObjectProperty("object").put("key", key);
    }

    private static Arbitrary<String> inEnvelopes(Arbitrary<String> messages) {
        Arbitrary<Integer> depth = Arbitraries.frequencyOf(
                Tuple.of(5, Arbitraries.just(0)), Tuple.of(3, Arbitraries.just(1)), Tuple.of(1, Arbitraries.of(2, 3)));
        return Combinators.combine(messages, depth).as((message, envelopes) -> {
            String wrapped = message;
            for (int i = 0; i < envelopes; i++) {
                wrapped = inEnvelope(wrapped);
            }
            return wrapped;
        });
    }

    /** As JSON. */
    private static Arbitrary<String> oddValues() {
        return Arbitraries.oneOf(
                Arbitraries.of(
                        "null",
                        "true",
                        "0",
                        "-1",
                        "1e999",
                        "9".repeat(64),
                        "9".repeat(65),
                        "-0.0",
                        "9223372036854775808",
                        "[]",
                        "{}",
                        "[[]]",
                        "[{}]",
                        "[null]",
                        "\"\"",
                        "\" \"",
                        "\"\\u0000\"",
                        "\"\\ud800\"",
                        "\"\\udc00\\ud800\"",
                        "\"\\r\\nX-Injected: 1\"",
                        "\"\\u202e\\u2028\"",
                        "\"%\"",
                        "\"%2e%2e/x\"",
                        "\"%+1\"",
                        "\"Completed\"",
                        "\"Failed\"",
                        "\"FA\\u0130LED\"",
                        "\"-999999999-01-01T00:00:00+18:00\"",
                        "\"+999999999-12-31T23:59:59.999999999-18:00\"",
                        "\"0000-00-00T00:00:00Z\"",
                        "[".repeat(40) + "]".repeat(40),
                        "{\"a\":".repeat(33) + "1" + "}".repeat(33),
                        "\"" + "x".repeat(70_000) + "\"",
                        "\"" + "%2e%2e%2f".repeat(2000) + "\""),
                Places.strange().map(place -> text(JsonNodeFactory.instance.textNode(place))),
                Arbitraries.strings().ofMaxLength(20).map(text -> text(JsonNodeFactory.instance.textNode(text))));
    }

    private record Change(int field, String value, Kind kind) {

        enum Kind {
            REPLACE,
            REMOVE,
            REPEAT
        }
    }

    private static String changed(String message, List<Change> changes) {
        ObjectNode root = object(message);
        for (Change change : changes) {
            List<Runnable> places = new ArrayList<>();
            collect(root, change, places);
            if (!places.isEmpty()) {
                places.get(change.field() % places.size()).run();
            }
        }
        return text(root);
    }

    /** Every field and element of the message, as what the change does to it. */
    private static void collect(ContainerNode<?> node, Change change, List<Runnable> places) {
        RawValue raw = new RawValue(change.value());
        if (node instanceof ObjectNode object) {
            object.fieldNames().forEachRemaining(name -> {
                places.add(() -> {
                    switch (change.kind()) {
                        case REPLACE -> object.putRawValue(name, raw);
                        case REMOVE -> object.remove(name);
                        case REPEAT ->
                            object.putRawValue(
                                    name, twice(name, object.get(name).toString(), change.value()));
                    }
                });
            });
        } else if (node instanceof ArrayNode array) {
            places.add(() -> array.addRawValue(raw));
        }
        node.forEach(child -> {
            if (child instanceof ContainerNode<?> container) {
                collect(container, change, places);
            }
        });
    }

    /** The field once more behind itself: which of the two counts is nobody's promise. */
    private static RawValue twice(String name, String value, String other) {
        return new RawValue(value + ",\"" + name + "\":" + other);
    }

    private static ObjectNode object(String message) {
        try {
            return (ObjectNode) JSON.readTree(message);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static String text(Object node) {
        try {
            return JSON.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
