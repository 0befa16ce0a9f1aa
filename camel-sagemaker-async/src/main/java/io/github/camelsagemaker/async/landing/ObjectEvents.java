package io.github.camelsagemaker.async.landing;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelsagemaker.async.result.PercentEncoding;
import io.github.camelsagemaker.async.result.S3Location;
import io.github.camelsagemaker.async.result.Untrusted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads events about S3 objects, as S3 and as EventBridge send them. */
final class ObjectEvents {

    private ObjectEvents() {}

    static List<Notification> ofS3(JsonNode records) {
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

    static Notification ofEventBridge(JsonFields event) {
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
            return PercentEncoding.decode(key.replace('+', ' '));
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
}
