package io.github.camelsagemaker.async.landing;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelsagemaker.async.result.S3Location;
import io.github.camelsagemaker.async.result.Untrusted;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * Reads fields of a JSON object from outside. A field that only describes, and has the wrong type, counts as missing. A field
 * that decides, and has the wrong type, is an error.
 */
final class JsonFields {

    private final JsonNode node;
    private final String path;

    JsonFields(JsonNode node, String path) {
        this.node = node;
        this.path = path;
    }

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
