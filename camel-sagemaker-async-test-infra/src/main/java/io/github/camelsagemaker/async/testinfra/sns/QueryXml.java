package io.github.camelsagemaker.async.testinfra.sns;

import java.util.UUID;

/** Answers in the XML of the AWS Query protocol. */
final class QueryXml {

    private static final String NAMESPACE = "http://sns.amazonaws.com/doc/2010-03-31/";

    private QueryXml() {}

    /** A success. {@code result} is XML, or empty for an operation without a result. */
    static SnsReply success(String action, String result) {
        return new SnsReply(
                200,
                "<" + action + "Response xmlns=\"" + NAMESPACE + "\">"
                        + (result.isEmpty() ? "" : element(action + "Result", result))
                        + "<ResponseMetadata>"
                        + text("RequestId", UUID.randomUUID().toString())
                        + "</ResponseMetadata></" + action + "Response>");
    }

    static SnsReply failure(SnsException e) {
        return new SnsReply(
                e.status(),
                "<ErrorResponse xmlns=\"" + NAMESPACE + "\"><Error>" + text("Type", "Sender") + text("Code", e.code())
                        + text("Message", e.getMessage()) + "</Error>"
                        + text("RequestId", UUID.randomUUID().toString()) + "</ErrorResponse>");
    }

    /** An element with XML inside. */
    static String element(String name, String xml) {
        return "<" + name + ">" + xml + "</" + name + ">";
    }

    /** An element with text inside. */
    static String text(String name, String text) {
        return element(
                name,
                text.replace("&", "&amp;")
                        .replace("<", "&lt;")
                        .replace(">", "&gt;")
                        .replace("\"", "&quot;"));
    }

    /** An entry of a map, as attributes are written. */
    static String entry(String key, String value) {
        return element("entry", text("key", key) + text("value", value));
    }
}
