package io.github.camelsagemaker.async.landing;

import io.github.camelsagemaker.async.result.InferenceStatus;
import io.github.camelsagemaker.async.result.Untrusted;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/** Reads SageMaker's notifications about asynchronous inferences. */
final class InferenceEvents {

    private InferenceEvents() {}

    static Notification of(JsonFields fields) {
        InferenceStatus status = status(fields.requiredText("invocationStatus"));
        JsonFields request = fields.object("requestParameters");
        JsonFields response = fields.object("responseParameters");
        byte[] content = content(status, fields);
        Landing inference = Landing.builder(status, request.text("endpointName"))
                .inferenceId(fields.text("inferenceId"))
                .outputLocation(response.location("outputLocation"))
                .failureLocation(response.location("failureLocation"))
                .inputLocation(request.describedLocation("inputLocation"))
                .failureReason(status == InferenceStatus.FAILED ? fields.description("failureReason") : null)
                .customAttributes(request.description("customAttributes"))
                .contentType(response.description("contentType"))
                .contentLength(content == null ? null : (long) content.length)
                .eventTime(fields.time("eventTime"))
                .receivedTime(fields.time("receivedTime"))
                .content(content)
                .build();
        check(inference);
        return inference;
    }

    private static InferenceStatus status(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "completed" -> InferenceStatus.COMPLETED;
            case "failed" -> InferenceStatus.FAILED;
            default ->
                throw new MalformedNotificationException("The notification's invocationStatus is '"
                        + Untrusted.shown(value) + "', but only Completed and Failed are known");
        };
    }

    private static void check(Landing inference) {
        boolean located = inference.outputLocation() != null || inference.failureLocation() != null;
        if (inference.status() == InferenceStatus.COMPLETED
                && inference.outputLocation() == null
                && inference.content() == null) {
            throw new MalformedNotificationException(
                    "The notification of a completed inference has neither responseParameters.outputLocation nor a"
                            + " responseBody that can be decoded");
        }
        // Without either, all such notifications would look like duplicates of one.
        if (!located && inference.inferenceId() == null) {
            throw new MalformedNotificationException(
                    "The notification has neither a location nor an inferenceId: it cannot be told from others");
        }
        if (!located && inference.endpointName() == null) {
            throw new MalformedNotificationException(
                    "The notification has neither a location nor requestParameters.endpointName: whose it is cannot be"
                            + " told");
        }
    }

    /** The result in the notification, or null where there is none or it cannot be decoded: then the object is read. */
    private static byte[] content(InferenceStatus status, JsonFields fields) {
        if (!fields.get("responseBody").isObject()) {
            return null;
        }
        JsonFields body = fields.object("responseBody");
        String content = body.description("content");
        // Nobody promises that an empty content is an empty result, and not one that was left out.
        if (content == null || content.isEmpty()) {
            return null;
        }
        byte[] decoded = "BASE64".equalsIgnoreCase(body.description("encoding")) ? base64(content) : null;
        if (decoded == null && status == InferenceStatus.FAILED) {
            return content.getBytes(StandardCharsets.UTF_8);
        }
        return decoded;
    }

    private static byte[] base64(String content) {
        try {
            return Base64.getDecoder().decode(content);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
