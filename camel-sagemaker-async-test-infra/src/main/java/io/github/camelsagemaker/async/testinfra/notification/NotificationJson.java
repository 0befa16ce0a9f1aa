package io.github.camelsagemaker.async.testinfra.notification;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.temporal.ChronoUnit;
import java.util.Base64;

/** Writes notifications as SageMaker writes them (developer guide, async-inference-check-predictions). */
public final class NotificationJson {

    /** A response over 128 KB is never inside a notification. */
    private static final int MAX_RESPONSE_BYTES = 128_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private NotificationJson() {}

    /**
     * The notification of an invocation.
     *
     * @param region the Region it names
     * @param withResponse whether it carries the response, where that is at most 128,000 bytes
     */
    public static String of(FinishedInvocation invocation, String region, boolean withResponse) {
        ObjectNode root = JSON.createObjectNode()
                .put("awsRegion", region)
                .put(
                        "eventTime",
                        invocation.eventTime().truncatedTo(ChronoUnit.MILLIS).toString())
                .put(
                        "receivedTime",
                        invocation.receivedTime().truncatedTo(ChronoUnit.MILLIS).toString())
                .put("invocationStatus", invocation.failed() ? "Failed" : "Completed");
        if (invocation.failed()) {
            root.put("failureReason", invocation.failureReason());
        }
        ObjectNode request = root.putObject("requestParameters");
        put(request, "accept", invocation.accept());
        put(request, "contentType", invocation.contentType());
        put(request, "customAttributes", invocation.customAttributes());
        request.put("endpointName", invocation.endpointName());
        put(request, "inputLocation", invocation.inputLocation());
        if (!invocation.failed()) {
            ObjectNode response = root.putObject("responseParameters");
            put(response, "contentType", invocation.responseContentType());
            response.put("outputLocation", invocation.outputLocation());
        }
        if (withResponse) {
            putResponse(root, invocation);
        }
        return root.put("inferenceId", invocation.inferenceId())
                .put("eventVersion", "1.0")
                .put("eventSource", "aws:sagemaker")
                .put("eventName", "InferenceResult")
                .toString();
    }

    private static void putResponse(ObjectNode root, FinishedInvocation invocation) {
        if (invocation.failed()) {
            root.putObject("responseBody").put("content", invocation.failureReason());
        } else if (invocation.response() != null && invocation.response().length <= MAX_RESPONSE_BYTES) {
            root.putObject("responseBody")
                    .put("content", Base64.getEncoder().encodeToString(invocation.response()))
                    .put("message", "Check S3 path location(if configured) or Cloudwatch for additional details.")
                    .put("encoding", "BASE64");
        }
    }

    private static void put(ObjectNode node, String name, String value) {
        if (value != null) {
            node.put(name, value);
        }
    }
}
