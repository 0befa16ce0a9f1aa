package io.github.camelsagemaker.async.internal.result;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.error.MalformedNotificationException;
import io.github.camelsagemaker.async.internal.options.Untrusted;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * Reads what arrives on a results queue, whoever sent it: SageMaker's own notifications, S3 event notifications (also several
 * records), both with or without the envelope of SNS, and EventBridge events about S3 objects. Unknown fields are ignored,
 * missing ones tolerated where a result can be found without them.
 *
 * <p>Messages come from outside: their size, depth and numbers are bounded, and no error message quotes them. Thread-safe.
 */
public final class NotificationParser {

    /** SQS quotas: a message has at most 1 MiB. */
    static final int MAX_CHARACTERS = 1_048_576;

    /** No known format is nested deeper than 7. */
    static final int MAX_DEPTH = 32;

    private static final ObjectReader JSON = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(MAX_CHARACTERS)
                            .maxNumberLength(64)
                            .build())
                    .build())
            .reader()
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /**
     * Reads a message.
     *
     * @return what it tells, at least one notification
     * @throws MalformedNotificationException if it cannot be understood, as a whole or in part
     */
    public List<Notification> parse(String message) {
        JsonFields fields = new JsonFields(read(message), "");
        if (isEnvelope(fields)) {
            return parseContent(new JsonFields(read(contentOf(fields)), ""));
        }
        return parseContent(fields);
    }

    private static JsonNode read(String message) {
        if (message == null || message.isBlank()) {
            throw new MalformedNotificationException("The message is empty");
        }
        if (message.length() > MAX_CHARACTERS) {
            throw new MalformedNotificationException("The message has " + message.length()
                    + " characters, but a message of SQS has at most " + MAX_CHARACTERS);
        }
        try {
            JsonNode node = JSON.readTree(message);
            if (!node.isObject()) {
                throw new MalformedNotificationException(
                        "The message is no JSON object, but of type " + node.getNodeType());
            }
            return node;
        } catch (JsonProcessingException e) {
            // Jackson's text would quote the message; its cause is left out for the same reason.
            throw new MalformedNotificationException("The message is no JSON that this component reads (at most "
                    + MAX_DEPTH + " levels deep): " + e.getClass().getSimpleName() + positionOf(e));
        }
    }

    private static String positionOf(JsonProcessingException e) {
        return e.getLocation() == null ? "" : " at character " + e.getLocation().getCharOffset();
    }

    private static boolean isEnvelope(JsonFields fields) {
        return fields.has("Type") && fields.has("TopicArn");
    }

    private static String contentOf(JsonFields envelope) {
        String type = envelope.requiredText("Type");
        if ("SubscriptionConfirmation".equals(type)) {
            throw new MalformedNotificationException("The SNS subscription of this queue to the topic '"
                    + Untrusted.shown(envelope.description("TopicArn")) + "' waits for its confirmation:"
                    + " confirm it from the topic owner's account");
        }
        if (!"Notification".equals(type)) {
            throw new MalformedNotificationException(
                    "An SNS message of the Type '" + Untrusted.shown(type) + "' carries no notification");
        }
        return envelope.requiredText("Message");
    }

    private static List<Notification> parseContent(JsonFields fields) {
        if (fields.has("Records")) {
            return ofS3(fields.get("Records"));
        }
        if (fields.has("detail-type")) {
            return List.of(ofEventBridge(fields));
        }
        if ("s3:TestEvent".equals(fields.description("Event"))) {
            return List.of(new Notification.Other("s3:TestEvent"));
        }
        if (fields.has("invocationStatus") || "aws:sagemaker".equals(fields.description("eventSource"))) {
            return List.of(inference(fields));
        }
        throw new MalformedNotificationException("The message is neither a notification of SageMaker, nor an S3 event,"
                + " nor an EventBridge event about an object, nor one of these inside an SNS envelope");
    }

    private static Notification inference(JsonFields fields) {
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

    private static List<Notification> ofS3(JsonNode records) {
        if (!records.isArray() || records.isEmpty()) {
            throw new MalformedNotificationException("The message's Records must be an array that is not empty");
        }
        List<Notification> events = new ArrayList<>(records.size());
        for (JsonNode node : records) {
            try {
                events.add(ofS3Record(node));
            } catch (MalformedNotificationException e) {
                if (records.size() == 1) {
                    throw e;
                }
                // The others are not to suffer from it.
                events.add(new Notification.Unreadable(e));
            }
        }
        return events;
    }

    private static Notification ofS3Record(JsonNode node) {
        if (!node.isObject()) {
            throw new MalformedNotificationException(
                    "The message's Records must hold objects, but one is of type " + node.getNodeType());
        }
        JsonFields event = new JsonFields(node, "Records.");
        String name = event.requiredText("eventName");
        if (!event.has("s3")) {
            throw new MalformedNotificationException(
                    "The event '" + Untrusted.shown(name) + "' is not about an object in S3");
        }
        if (!name.startsWith("ObjectCreated:") && !name.startsWith("s3:ObjectCreated:")) {
            return new Notification.Other("S3 event " + Untrusted.shown(name));
        }
        JsonFields s3 = event.object("s3");
        JsonFields object = s3.requiredObject("object");
        return created(
                s3.requiredObject("bucket").requiredText("name"),
                decoded(object.requiredText("key")),
                object,
                "eTag",
                event.time("eventTime"));
    }

    private static Notification ofEventBridge(JsonFields event) {
        String type = event.requiredText("detail-type");
        if (!"aws.s3".equals(event.text("source"))) {
            throw new MalformedNotificationException(
                    "The EventBridge event '" + Untrusted.shown(type) + "' does not come from the source aws.s3");
        }
        if (!"Object Created".equals(type)) {
            return new Notification.Other("EventBridge event " + Untrusted.shown(type));
        }
        JsonFields detail = event.requiredObject("detail");
        JsonFields object = detail.requiredObject("object");
        return created(
                detail.requiredObject("bucket").requiredText("name"),
                object.requiredText("key"),
                object,
                "etag",
                event.time("time"));
    }

    private static Notification created(
            String bucket, String key, JsonFields object, String etagField, Instant eventTime) {
        try {
            return new Notification.ObjectCreated(
                    new S3Location(bucket, key), object.size("size"), quoted(object.description(etagField)), eventTime);
        } catch (IllegalArgumentException e) {
            throw new MalformedNotificationException(
                    "The event names no object that this component reads: " + Untrusted.shown(e.getMessage()));
        }
    }

    /** S3 user guide, "Event message structure": the key is URL-encoded, a space is a plus sign. */
    private static String decoded(String key) {
        try {
            return S3Location.decode(key.replace('+', ' '));
        } catch (IllegalArgumentException e) {
            throw new MalformedNotificationException(
                    "The event's object key '" + Untrusted.shown(key) + "' is not URL-encoded");
        }
    }

    /** Events have it without the quotes that S3's API puts around it. */
    private static String quoted(String etag) {
        if (etag == null || etag.isEmpty()) {
            return null;
        }
        return etag.startsWith("\"") ? etag : "\"" + etag + "\"";
    }

    /**
     * Reads fields of a JSON object from outside. A field that only describes, and has the wrong type, counts as missing. A field
     * that decides, and has the wrong type, is an error.
     */
    private record JsonFields(JsonNode node, String path) {

        /** The object in this field; an empty one if it is missing. */
        JsonFields object(String name) {
            JsonNode value = node.path(name);
            if (!isAbsent(value) && !value.isObject()) {
                throw wrongType(name, "an object", value);
            }
            return new JsonFields(value, path + name + ".");
        }

        /** The object in this field, or an error if there is none. */
        JsonFields requiredObject(String name) {
            if (isAbsent(node.path(name))) {
                throw missing(name);
            }
            return object(name);
        }

        /** The text in this field, or null if it is missing. */
        String text(String name) {
            JsonNode value = node.path(name);
            if (isAbsent(value)) {
                return null;
            }
            if (!value.isTextual()) {
                throw wrongType(name, "a text", value);
            }
            return value.textValue();
        }

        /** The text in this field, or an error if there is none. */
        String requiredText(String name) {
            String value = text(name);
            if (value == null || value.isEmpty()) {
                throw missing(name);
            }
            return value;
        }

        /** The text in a field that only describes, or null. */
        String description(String name) {
            JsonNode value = node.path(name);
            return value.isTextual() ? value.textValue() : null;
        }

        /** The time in a field that only describes, or null. */
        Instant time(String name) {
            String value = description(name);
            if (value == null) {
                return null;
            }
            try {
                return OffsetDateTime.parse(value).toInstant();
            } catch (DateTimeException e) {
                return null;
            }
        }

        /** The size in a field that only describes, or null. */
        Long size(String name) {
            JsonNode value = node.path(name);
            return value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0
                    ? value.longValue()
                    : null;
        }

        /** The place in this field, or null if it is missing. */
        S3Location location(String name) {
            String value = text(name);
            if (value == null || value.isEmpty()) {
                return null;
            }
            try {
                return S3Location.parse(value);
            } catch (IllegalArgumentException e) {
                throw new MalformedNotificationException("The notification's " + path + name + " is '"
                        + Untrusted.shown(value) + "', which is no S3 location that this component reads: "
                        + Untrusted.shown(e.getMessage()));
            }
        }

        /** The place in a field that only describes, or null. */
        S3Location describedLocation(String name) {
            try {
                return location(name);
            } catch (MalformedNotificationException e) {
                return null;
            }
        }

        boolean has(String name) {
            return !isAbsent(node.path(name));
        }

        JsonNode get(String name) {
            return node.path(name);
        }

        private static boolean isAbsent(JsonNode value) {
            return value.isMissingNode() || value.isNull();
        }

        private MalformedNotificationException missing(String name) {
            return new MalformedNotificationException("The notification has no " + path + name);
        }

        private MalformedNotificationException wrongType(String name, String expected, JsonNode value) {
            return new MalformedNotificationException("The notification's " + path + name + " must be " + expected
                    + ", but is of type " + value.getNodeType());
        }
    }
}
