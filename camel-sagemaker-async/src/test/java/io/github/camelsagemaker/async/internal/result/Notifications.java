package io.github.camelsagemaker.async.internal.result;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Messages as they arrive on a results queue. */
public final class Notifications {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Notifications() {}

    /** A captured message. */
    public static String fixture(String name) {
        try (InputStream in = Notifications.class.getResourceAsStream("/notifications/" + name + ".json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A captured message with a change. */
    public static String fixture(String name, Consumer<ObjectNode> change) {
        try {
            ObjectNode node = (ObjectNode) JSON.readTree(fixture(name));
            change.accept(node);
            return node.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The message inside the envelope of SNS. */
    public static String inEnvelope(String message) {
        return fixture("sns-envelope", envelope -> envelope.put("Message", message));
    }

    public static String s3Event(String eventName, String bucket, String... encodedKeys) {
        ObjectNode event = JSON.createObjectNode();
        for (String key : encodedKeys) {
            ObjectNode entry = event.withArray("Records").addObject();
            entry.put("eventVersion", "2.1").put("eventSource", "aws:s3").put("awsRegion", "eu-west-1");
            entry.put("eventTime", "2026-01-25T22:46:00.608Z").put("eventName", eventName);
            ObjectNode s3 = entry.putObject("s3");
            s3.put("s3SchemaVersion", "1.0").putObject("bucket").put("name", bucket);
            s3.putObject("object").put("key", key).put("size", 42).put("eTag", "d41d8cd98f00b204e9800998ecf8427e");
        }
        return event.toString();
    }

    public static String created(String bucket, String... keys) {
        String[] encoded = new String[keys.length];
        for (int i = 0; i < keys.length; i++) {
            encoded[i] = URLEncoder.encode(keys[i], StandardCharsets.UTF_8);
        }
        return s3Event("ObjectCreated:Put", bucket, encoded);
    }

    public static String eventBridge(String detailType, String bucket, String key) {
        ObjectNode event = JSON.createObjectNode();
        event.put("version", "0").put("id", "17793124-05d4-b198-2fde-7ededc63b103");
        event.put("detail-type", detailType).put("source", "aws.s3").put("account", "123456789012");
        event.put("time", "2026-01-25T22:46:00Z");
        ObjectNode detail = event.putObject("detail");
        detail.putObject("bucket").put("name", bucket);
        detail.putObject("object").put("key", key).put("size", 5).put("etag", "b1946ac92492d2347c6235b4d2611184");
        return event.toString();
    }

    public static String testEvent(String bucket) {
        return "{\"Service\":\"Amazon S3\",\"Event\":\"s3:TestEvent\",\"Time\":\"2026-01-25T22:46:00.608Z\",\"Bucket\":\""
                + bucket
                + "\",\"RequestId\":\"5582815E1AEA5ADF\",\"HostId\":\"8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9\"}";
    }

    public static ObjectNode object(JsonNode node, String field) {
        return (ObjectNode) node.get(field);
    }
}
