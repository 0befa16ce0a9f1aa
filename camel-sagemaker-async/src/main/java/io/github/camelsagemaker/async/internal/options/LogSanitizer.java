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
        String shown = oneLine(beginning(value, MAX_SHOWN + 2));
        return shown == null || shown.length() <= MAX_SHOWN ? shown : beginning(shown, MAX_SHOWN) + "...";
    }

    /** At most so many characters, and no half of one at the end. */
    public static String beginning(String value, int most) {
        return value == null || value.length() <= most
                ? value
                : value.substring(0, Character.isHighSurrogate(value.charAt(most - 1)) ? most - 1 : most);
    }

    /** Whether it has half a surrogate pair: a character that was cut, which no charset has. */
    public static boolean hasHalfCharacter(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i)) && Character.charCount(text.codePointAt(i++)) == 1) {
                return true;
            }
        }
        return false;
    }

    /** The whole value, with no character that can forge a line of a log. */
    public static String oneLine(String value) {
        return value == null
                ? null
                : FORGING.matcher(value)
                        .replaceAll(it -> "\\\\u%04x".formatted((int) it.group().charAt(0)));
    }
}
