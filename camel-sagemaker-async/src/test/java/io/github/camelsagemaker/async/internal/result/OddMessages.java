package io.github.camelsagemaker.async.internal.result;

import static io.github.camelsagemaker.async.internal.result.Notifications.object;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** What stands on a results queue and is not as it should be. */
public final class OddMessages {

    private OddMessages() {}

    /** Changes to a captured message that tells of a result, after which it still does. The description comes first. */
    public static Stream<Arguments> understood() {
        return Stream.of(
                understood(
                        "unknown fields", n -> n.put("new", 1).putObject("more").put("deep", true)),
                understood("no awsRegion", n -> n.remove("awsRegion")),
                understood("no event version", n -> n.remove("eventVersion")),
                understood("no event source", n -> n.remove("eventSource")),
                understood("no event name", n -> n.remove("eventName")),
                understood("no request parameters", n -> n.remove("requestParameters")),
                understood("request parameters null", n -> n.putNull("requestParameters")),
                understood(
                        "no endpoint name", n -> object(n, "requestParameters").remove("endpointName")),
                understood("no inference id", n -> n.remove("inferenceId")),
                understood("no event time", n -> n.remove("eventTime")),
                understood("event time of no known form", n -> n.put("eventTime", "yesterday")),
                understood("event time a number", n -> n.put("eventTime", 1769381160)),
                understood("event time with an offset", n -> n.put("eventTime", "2026-01-25T23:46:00+01:00")),
                understood("received time an object", n -> n.putObject("receivedTime")),
                understood("content type a number", n -> object(n, "responseParameters")
                        .put("contentType", 7)),
                understood("custom attributes an array", n -> object(n, "requestParameters")
                        .putArray("customAttributes")),
                understood("input location elsewhere", n -> object(n, "requestParameters")
                        .put("inputLocation", "ftp://x")),
                understood("input location empty", n -> object(n, "requestParameters")
                        .put("inputLocation", "")),
                understood("status in capitals", n -> n.put("invocationStatus", "COMPLETED")),
                understood("response body null", n -> n.putNull("responseBody")),
                understood("response body a text", n -> n.put("responseBody", "hello")),
                understood("response body without content", n -> n.putObject("responseBody")
                        .put("message", "see S3")),
                understood("response body with empty content", n -> body(n, "", "BASE64")),
                understood("response body not BASE64", n -> body(n, "%%%", "BASE64")),
                understood("response body of an unknown encoding", n -> body(n, "aGVsbG8=", "ROT13")),
                understood("response body without encoding", n -> body(n, "aGVsbG8=", null)),
                understood("a failure reason of a success", n -> n.put("failureReason", "none")),
                understood(
                        "output by a virtual-host URL",
                        n -> output(n, "https://example-bucket.s3.us-west-2.amazonaws.com/output/prediction-name.out")),
                understood(
                        "output by a path-style URL",
                        n -> output(n, "https://s3.us-west-2.amazonaws.com/example-bucket/output/prediction-name.out")),
                understood(
                        "output by an encoded URL",
                        n -> output(n, "https://example-bucket.s3.amazonaws.com/output/prediction%2Dname.out")));
    }

    private static Arguments understood(String what, Consumer<ObjectNode> change) {
        return Arguments.of(what, change);
    }

    public static void body(ObjectNode n, String content, String encoding) {
        n.putObject("responseBody").put("content", content).put("encoding", encoding);
    }

    private static void output(ObjectNode n, String location) {
        object(n, "responseParameters").put("outputLocation", location);
    }

    /** Changes after which it must be refused. The description comes first, and last what the error says. */
    public static Stream<Arguments> refused() {
        return Stream.of(
                refused("no status", n -> n.remove("invocationStatus"), "no invocationStatus"),
                refused("status empty", n -> n.put("invocationStatus", ""), "no invocationStatus"),
                refused("status unknown", n -> n.put("invocationStatus", "Paused"), "'Paused'"),
                refused("status a number", n -> n.put("invocationStatus", 1), "invocationStatus must be a text"),
                refused(
                        "request parameters an array",
                        n -> n.putArray("requestParameters"),
                        "requestParameters must be an object"),
                refused(
                        "endpoint name an object",
                        n -> object(n, "requestParameters").putObject("endpointName"),
                        "requestParameters.endpointName must be a text"),
                refused("inference id an array", n -> n.putArray("inferenceId"), "inferenceId must be a text"),
                refused(
                        "response parameters a text",
                        n -> n.put("responseParameters", "x"),
                        "responseParameters must be an object"),
                refused(
                        "no response parameters",
                        n -> n.remove("responseParameters"),
                        "neither responseParameters.outputLocation nor"),
                refused(
                        "no output location",
                        n -> object(n, "responseParameters").remove("outputLocation"),
                        "neither responseParameters.outputLocation nor"),
                refused(
                        "output location a number",
                        n -> object(n, "responseParameters").put("outputLocation", 5),
                        "responseParameters.outputLocation must be a text"),
                refused("output location no place in S3", n -> output(n, "file:///etc/passwd"), "'file:///etc/passwd'"),
                refused(
                        "output location on a foreign host",
                        n -> output(n, "https://evil.example/output/x.out"),
                        "no S3 location"),
                refused(
                        "output location by plain http",
                        n -> output(n, "http://example-bucket.s3.amazonaws.com/output/x.out"),
                        "no S3 location"),
                refused("output location climbing out", n -> output(n, "s3://example-bucket/output/../secret"), "'..'"),
                refused(
                        "output location climbing out, encoded",
                        n -> output(n, "https://example-bucket.s3.amazonaws.com/output/%2e%2e/secret"),
                        "'..'"),
                refused(
                        "output location with a broken escape",
                        n -> output(n, "https://example-bucket.s3.amazonaws.com/output/%zz"),
                        "no S3 location"),
                refused("output location without a key", n -> output(n, "s3://example-bucket/"), "needs a key"),
                refused("output location without a bucket", n -> output(n, "s3:///output/x"), "no S3 location"),
                refused(
                        "output location of 2,000 characters",
                        n -> output(n, "s3://example-bucket/" + "k".repeat(2000)),
                        "at most 1024 bytes"));
    }

    private static Arguments refused(String what, Consumer<ObjectNode> change, String message) {
        return Arguments.of(what, change, message);
    }

    /** Messages that are none of those expected. */
    public static Stream<String> noNotifications() {
        return Stream.of(
                "",
                "   ",
                "hello",
                "{",
                "{\"invocationStatus\":\"Completed\"",
                "[]",
                "[1,2]",
                "null",
                "17",
                "\"text\"",
                "{}",
                "{\"invocationStatus\":\"Completed\"} trailing",
                "<xml/>",
                "{'single':'quotes'}",
                "{\"a\":1,}",
                "{\"Type\":\"Notification\",\"TopicArn\":\"arn:aws:sns:x\"}",
                "{\"Type\":\"Notification\",\"TopicArn\":\"arn:aws:sns:x\",\"Message\":\"plain text\"}",
                "{\"Type\":\"Notification\",\"TopicArn\":\"arn:aws:sns:x\",\"Message\":{\"a\":1}}",
                "{\"Type\":1,\"TopicArn\":\"arn:aws:sns:x\",\"Message\":\"{}\"}",
                "{\"Type\":\"UnsubscribeConfirmation\",\"TopicArn\":\"arn:aws:sns:x\",\"Message\":\"bye\"}",
                "{\"Records\":{}}",
                "{\"Records\":[]}",
                "{\"Records\":[1]}",
                "{\"Records\":[{}]}",
                "{\"Records\":[{\"eventName\":\"ObjectCreated:Put\"}]}",
                "{\"Records\":[{\"eventName\":\"ObjectCreated:Put\",\"s3\":{}}]}",
                "{\"Records\":[{\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"b\"}}}]}",
                "{\"Records\":[{\"EventSource\":\"aws:sns\",\"Sns\":{\"Message\":\"x\"}}]}",
                "{\"detail-type\":\"EC2 Instance State-change\",\"source\":\"aws.ec2\",\"detail\":{}}",
                "{\"detail-type\":\"Object Created\",\"source\":\"aws.s3\"}",
                "{\"detail-type\":\"Object Created\",\"source\":\"aws.s3\",\"detail\":{\"bucket\":\"x\"}}",
                "{\"detail-type\":{},\"source\":\"aws.s3\"}");
    }
}
