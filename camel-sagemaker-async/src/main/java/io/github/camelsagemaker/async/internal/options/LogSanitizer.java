package io.github.camelsagemaker.async.internal.options;

import java.util.regex.Pattern;

/** Makes values that strangers chose fit for messages and logs. */
public final class LogSanitizer {

    private static final int MAX_SHOWN = 200;

    /** Control characters, Unicode's own line breaks, and what turns the direction of text around. */
    private static final Pattern FORGING =
            Pattern.compile("[\\p{Cntrl}\\x80-\\x9F\\u2028\\u2029\\u202A-\\u202E\\u2066-\\u2069]");

    private LogSanitizer() {}

    /** At most 200 characters, none of which can forge a line of a log. */
    public static String shown(String value) {
        String shown =
                oneLine(value == null || value.length() <= MAX_SHOWN ? value : value.substring(0, MAX_SHOWN + 1));
        return shown == null || shown.length() <= MAX_SHOWN ? shown : shown.substring(0, MAX_SHOWN) + "...";
    }

    /** The whole value, with no character that can forge a line of a log. */
    public static String oneLine(String value) {
        return value == null
                ? null
                : FORGING.matcher(value)
                        .replaceAll(it -> "\\\\u%04x".formatted((int) it.group().charAt(0)));
    }
}
