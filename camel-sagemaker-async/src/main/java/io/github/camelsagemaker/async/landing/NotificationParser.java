package io.github.camelsagemaker.async.landing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.github.camelsagemaker.async.result.Untrusted;
import java.util.List;

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
            return ObjectEvents.ofS3(fields.get("Records"));
        }
        if (fields.has("detail-type")) {
            return List.of(ObjectEvents.ofEventBridge(fields));
        }
        if ("s3:TestEvent".equals(fields.description("Event"))) {
            return List.of(new Notification.Other("s3:TestEvent"));
        }
        if (fields.has("invocationStatus") || "aws:sagemaker".equals(fields.description("eventSource"))) {
            return List.of(InferenceEvents.of(fields));
        }
        throw new MalformedNotificationException("The message is neither a notification of SageMaker, nor an S3 event,"
                + " nor an EventBridge event about an object, nor one of these inside an SNS envelope");
    }
}
