package io.github.camelsagemaker.async.internal.result;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.error.MalformedNotificationException;
import io.github.camelsagemaker.async.internal.options.LogSanitizer;
import io.github.camelsagemaker.async.internal.result.ResultEvent.Builder;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Reads what arrives on a results queue, whoever sent it: SageMaker's own notifications, S3 event notifications (also several
 * records), both with or without the envelope of SNS, and EventBridge events about S3 objects. Unknown fields are ignored,
 * missing ones tolerated where a result can be found without them. Messages come from outside: their size, depth and numbers are
 * bounded, and errors show names of them at most. Thread-safe.
 */
public final class NotificationParser {

    /** SQS quotas: a message has at most 1 MiB. */
    static final int MAX_CHARACTERS = 1_048_576;

    /** No known format is nested deeper than 7. */
    static final int MAX_DEPTH = 32;

    private static final Pattern USUAL_TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");

    /** Of the fields that are read, by their names with dots. */
    private static final Map<String, JsonPointer> POINTERS = new ConcurrentHashMap<>();

    private static final ObjectReader JSON = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(MAX_CHARACTERS)
                            .maxNumberLength(64)
                            .build())
                    .build())
            .reader()
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private NotificationParser() {}

    /**
     * @param unreadable receives each of several records that cannot be understood
     * @return what it tells of results; nothing if it means none, such as s3:TestEvent
     * @throws MalformedNotificationException if it cannot be understood
     */
    public static List<Builder> parse(String message, Consumer<MalformedNotificationException> unreadable) {
        Fields fields = read(message);
        boolean inEnvelope = fields.has("Type") && fields.has("TopicArn");
        Fields content = inEnvelope ? read(contentOf(fields)) : fields;
        if (content.has("Records")) {
            return ofS3(content.node().get("Records"), unreadable);
        }
        if (content.has("detail-type")) {
            return ofEventBridge(content);
        }
        if ("s3:TestEvent".equals(content.described("Event"))) {
            return List.of();
        }
        if (content.has("invocationStatus") || "aws:sagemaker".equals(content.described("eventSource"))) {
            return List.of(inference(content));
        }
        throw new MalformedNotificationException("The message is neither a notification of SageMaker, nor an S3 event,"
                + " nor an EventBridge event about an object, nor one of these inside an SNS envelope");
    }

    private static Fields read(String message) {
        require(message != null && !message.isBlank(), "The message is empty");
        require(
                message.length() <= MAX_CHARACTERS,
                "The message has " + message.length() + " characters, but a message of SQS has at most "
                        + MAX_CHARACTERS);
        try {
            JsonNode node = JSON.readTree(message);
            require(node.isObject(), "The message is no JSON object, but of type " + node.getNodeType());
            return new Fields(node, "");
        } catch (JsonProcessingException e) {
            // Jackson's text would quote the message; its cause is left out for the same reason.
            throw new MalformedNotificationException("The message is no JSON that this component reads (at most "
                    + MAX_DEPTH + " levels deep): " + e.getClass().getSimpleName()
                    + (e.getLocation() == null
                            ? ""
                            : " at character " + e.getLocation().getCharOffset()));
        }
    }

    private static String contentOf(Fields envelope) {
        String type = envelope.required("Type");
        return switch (type) {
            case "Notification" -> envelope.required("Message");
            case "SubscriptionConfirmation" ->
                throw new MalformedNotificationException("The SNS subscription of this queue to the topic '"
                        + LogSanitizer.shown(envelope.described("TopicArn")) + "' waits for its confirmation:"
                        + " confirm it from the topic owner's account");
            default ->
                throw new MalformedNotificationException(
                        "An SNS message of the Type '" + LogSanitizer.shown(type) + "' carries no notification");
        };
    }

    private static Builder inference(Fields fields) {
        Builder result = new Builder();
        result.status = status(fields.required("invocationStatus"));
        result.endpointName = fields.text("requestParameters.endpointName");
        result.content = content(result.status, fields);
        result.contentLength = result.content == null ? null : (long) result.content.length;
        result.inferenceId = fields.text("inferenceId");
        result.outputLocation = fields.location("responseParameters.outputLocation");
        result.failureLocation = fields.location("responseParameters.failureLocation");
        result.inputLocation = orNull(fields.described("requestParameters.inputLocation"), S3Location::parse);
        result.failureReason = result.status == InferenceStatus.FAILED ? fields.described("failureReason") : null;
        result.customAttributes = fields.described("requestParameters.customAttributes");
        result.contentType = fields.described("responseParameters.contentType");
        result.eventTime = fields.time("eventTime");
        result.receivedTime = fields.time("receivedTime");
        check(result);
        return result;
    }

    private static InferenceStatus status(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "completed" -> InferenceStatus.COMPLETED;
            case "failed" -> InferenceStatus.FAILED;
            default ->
                throw new MalformedNotificationException("The notification's invocationStatus is '"
                        + LogSanitizer.shown(value) + "', but only Completed and Failed are known");
        };
    }

    private static void check(Builder inference) {
        boolean located = inference.outputLocation != null || inference.failureLocation != null;
        require(
                inference.status == InferenceStatus.FAILED
                        || inference.outputLocation != null
                        || inference.content != null,
                "The notification of a completed inference has neither responseParameters.outputLocation nor a"
                        + " responseBody that can be decoded");
        // Without either, all such notifications would look like duplicates of one.
        require(
                located || inference.inferenceId != null,
                "The notification has neither a location nor an inferenceId: it cannot be told from others");
        require(
                located || inference.endpointName != null,
                "The notification has neither a location nor requestParameters.endpointName: whose it is cannot be told");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new MalformedNotificationException(message);
        }
    }

    /** The result in the notification, or null where there is none or it cannot be decoded: then the object is read. */
    private static byte[] content(InferenceStatus status, Fields fields) {
        String content = fields.described("responseBody.content");
        // Nobody promises that an empty content is an empty result, and not one that was left out.
        if (content == null || content.isEmpty()) {
            return null;
        }
        byte[] decoded = "BASE64".equalsIgnoreCase(fields.described("responseBody.encoding"))
                ? orNull(content, Base64.getDecoder()::decode)
                : null;
        return decoded == null && status == InferenceStatus.FAILED ? content.getBytes(StandardCharsets.UTF_8) : decoded;
    }

    /** Null without a value, and for one that cannot be read. */
    private static <T> T orNull(String value, Function<String, T> reader) {
        try {
            return value == null ? null : reader.apply(value);
        } catch (IllegalArgumentException | DateTimeException e) {
            return null;
        }
    }

    /** The form that AWS sends is read digit by digit: a formatter costs more than all else that is done with a message. */
    private static Instant time(String text) {
        if (!USUAL_TIME.matcher(text).matches()) {
            return OffsetDateTime.parse(text).toInstant();
        }
        LocalDate day = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10));
        LocalTime time = LocalTime.of(number(text, 11, 13), number(text, 14, 16), number(text, 17, 19));
        return day.atTime(time).toInstant(ZoneOffset.UTC).plusMillis(number(text, 20, 23));
    }

    private static int number(String text, int begin, int end) {
        return Integer.parseInt(text, begin, end, 10);
    }

    private static List<Builder> ofS3(JsonNode records, Consumer<MalformedNotificationException> unreadable) {
        require(records.isArray() && !records.isEmpty(), "The message's Records must be an array that is not empty");
        List<Builder> events = new ArrayList<>(records.size());
        for (JsonNode node : records) {
            try {
                events.addAll(ofS3Record(node));
            } catch (MalformedNotificationException e) {
                if (records.size() == 1) {
                    throw e;
                }
                // The others are not to suffer from it.
                unreadable.accept(e);
            }
        }
        return events;
    }

    private static List<Builder> ofS3Record(JsonNode node) {
        require(node.isObject(), "The message's Records must hold objects, but one is of type " + node.getNodeType());
        Fields event = new Fields(node, "Records.");
        String name = event.required("eventName");
        require(event.has("s3"), "The event '" + LogSanitizer.shown(name) + "' is not about an object in S3");
        if (!name.startsWith("ObjectCreated:") && !name.startsWith("s3:ObjectCreated:")) {
            return List.of();
        }
        String encoded = event.required("s3.object.key");
        // S3 user guide, "Event message structure": the key is URL-encoded, a space is a plus sign.
        String key = orNull(encoded.replace('+', ' '), S3Location::decode);
        require(key != null, "The event's object key '" + LogSanitizer.shown(encoded) + "' is not URL-encoded");
        return List.of(created(event, "s3", key, "eTag", "eventTime"));
    }

    private static List<Builder> ofEventBridge(Fields event) {
        String type = event.required("detail-type");
        require(
                "aws.s3".equals(event.text("source")),
                "The EventBridge event '" + LogSanitizer.shown(type) + "' does not come from the source aws.s3");
        return "Object Created".equals(type)
                ? List.of(created(event, "detail", event.required("detail.object.key"), "etag", "time"))
                : List.of();
    }

    private static Builder created(Fields event, String at, String key, String etagField, String timeField) {
        String bucket = event.required(at + ".bucket.name");
        JsonNode size = event.at(at + ".object.size");
        String etag = event.described(at + ".object." + etagField);
        Builder result = new Builder();
        try {
            result.object = new S3Location(bucket, key);
        } catch (IllegalArgumentException e) {
            throw new MalformedNotificationException(
                    "The event names no object that this component reads: " + LogSanitizer.shown(e.getMessage()));
        }
        if (size.isIntegralNumber() && size.canConvertToLong() && size.longValue() >= 0) {
            result.contentLength = size.longValue();
        }
        if (etag != null && !etag.isEmpty()) {
            // Events have it without the quotes that S3's API puts around it.
            result.etag = etag.startsWith("\"") ? etag : "\"" + etag + "\"";
        }
        result.eventTime = event.time(timeField);
        return result;
    }

    /**
     * Reads fields of a JSON object from outside; null is missing. A field that only describes, and has the wrong type, counts as
     * missing. A field that decides, and has the wrong type, or is in something that is no object, is an error.
     *
     * @param path what stands before the names of its fields in errors
     */
    private record Fields(JsonNode node, String path) {

        boolean has(String name) {
            return node.hasNonNull(name);
        }

        JsonNode at(String name) {
            return node.at(POINTERS.computeIfAbsent(name, path -> JsonPointer.compile('/' + path.replace('.', '/'))));
        }

        String described(String name) {
            return at(name).textValue();
        }

        Instant time(String name) {
            return orNull(described(name), NotificationParser::time);
        }

        String text(String name) {
            return typed(name, "a text", JsonNode::isTextual).textValue();
        }

        private JsonNode typed(String name, String type, Predicate<JsonNode> isOfType) {
            JsonNode value = at(name);
            if (isOfType.test(value)) {
                return value;
            }
            if (!value.isMissingNode() && !value.isNull()) {
                throw new MalformedNotificationException("The notification's " + path + name + " must be " + type
                        + ", but is of type " + value.getNodeType());
            }
            int dot = name.lastIndexOf('.');
            if (dot >= 0) {
                typed(name.substring(0, dot), "an object", JsonNode::isObject);
            }
            return value;
        }

        String required(String name) {
            String value = text(name);
            require(value != null && !value.isEmpty(), "The notification has no " + path + name);
            return value;
        }

        S3Location location(String name) {
            String value = text(name);
            if (value == null || value.isEmpty()) {
                return null;
            }
            try {
                return S3Location.parse(value);
            } catch (IllegalArgumentException e) {
                throw new MalformedNotificationException("The notification's " + path + name + " is '"
                        + LogSanitizer.shown(value) + "', which is no S3 location that this component reads: "
                        + LogSanitizer.shown(e.getMessage()));
            }
        }
    }
}
