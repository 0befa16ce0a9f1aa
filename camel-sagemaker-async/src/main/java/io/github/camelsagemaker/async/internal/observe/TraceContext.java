package io.github.camelsagemaker.async.internal.observe;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A W3C trace context at the end of custom attributes: {@code <the user's>;traceparent=00-<trace id>-<parent id>-<flags>}.
 * SageMaker hands custom attributes to the model's container and back in notifications, so the trace of the result can join
 * that of the request.
 *
 * @param customAttributes the user's own, or null
 * @param traceparent the value of a traceparent header, or null
 */
public record TraceContext(String customAttributes, String traceparent) {

    /** The header in W3C Trace Context, which Camel's tracing components write and read. */
    public static final String HEADER = "traceparent";

    private static final String SEPARATOR = ";";
    private static final String KEY = HEADER + "=";
    private static final String VALUE = "[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}";
    private static final Pattern TRACEPARENT = Pattern.compile(VALUE);
    private static final Pattern ENDING = Pattern.compile("(?:(.*)" + SEPARATOR + ")?" + KEY + "(" + VALUE + ")");

    /** Takes custom attributes apart. What is no trace context of this form stays where it is. */
    public static TraceContext parse(String customAttributes) {
        Matcher ending = ENDING.matcher(customAttributes == null ? "" : customAttributes);
        return ending.matches()
                ? new TraceContext(ending.group(1), ending.group(2))
                : new TraceContext(customAttributes, null);
    }

    public static boolean isTraceparent(String value) {
        return value != null && TRACEPARENT.matcher(value).matches();
    }

    /** Both in one text; null if there is neither. */
    public String join() {
        if (traceparent == null) {
            return customAttributes;
        }
        return (customAttributes == null ? "" : customAttributes + SEPARATOR) + KEY + traceparent;
    }
}
