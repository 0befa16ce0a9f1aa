package io.github.camelsagemaker.async.internal.request;

import io.github.camelsagemaker.async.error.InvalidInferenceRequestException;
import io.github.camelsagemaker.async.internal.result.AwaitedFolder;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What SageMaker accepts as the members of an InvokeEndpointAsync request (AWS API model of SageMaker Runtime). The SDK
 * checks none of it, so an option or header that is not checked here is refused by AWS, or worse, sent on altered.
 *
 * <p>Each method returns the value, or throws an {@link InvalidInferenceRequestException} that names where the value is
 * from, the value and the limit. {@code null} means not set and is returned as it is.
 */
public final class Constraints {

    private static final int MAX_SHOWN = 100;
    private static final int MAX_TEXT = 1024;
    private static final Pattern ENDPOINT_NAME = Pattern.compile("[a-zA-Z0-9](-*[a-zA-Z0-9])*");
    private static final Pattern LOCATION = Pattern.compile("(https|s3)://[^/]+(/.*)?");
    private static final Pattern PRINTABLE = Pattern.compile("[\\x20-\\x7E]*");
    private static final Pattern EXTENSION = Pattern.compile("(?!s3:|https:)[a-zA-Z0-9!_.*'()/-]+");
    private static final Pattern DOT_SEGMENT = Pattern.compile("(.*/)?\\.\\.?(/.*)?");
    private static final Pattern FILENAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_-]*(\\.[a-zA-Z0-9_-]*)?");

    private Constraints() {}

    public static String endpointName(String source, String value) {
        String rule = "must be 1 to 63 letters, digits and inner hyphens, as in my-endpoint";
        check(value == null || !value.isEmpty() && value.length() <= 63, source, value, rule);
        return matching(ENDPOINT_NAME, source, value, rule);
    }

    public static String inputLocation(String source, String value) {
        String rule = "must be s3://bucket/key or an https:// location in S3, of up to 1024 printable ASCII characters"
                + " with no blank at its ends";
        check(
                value == null
                        || value.length() <= MAX_TEXT
                                && isPrintable(value)
                                && value.strip().equals(value),
                source,
                value,
                rule);
        return matching(LOCATION, source, value, rule);
    }

    /** ContentType and Accept, without the blanks at its ends, which HTTP drops and the SDK does not bear. */
    public static String mediaType(String source, String value) {
        return text(source, value, "such as application/json");
    }

    /** Without the blanks at its ends. */
    public static String customAttributes(String source, String value) {
        return text(source, value, "no line breaks among them: encode what does not fit, with Base64 for example");
    }

    private static String text(String source, String value, String remedy) {
        check(
                value == null || !value.isBlank() && value.length() <= MAX_TEXT && isPrintable(value),
                source,
                value,
                "must be 1 to 1024 visible ASCII characters, " + remedy);
        return value == null ? null : value.strip();
    }

    public static String inferenceId(String source, String value) {
        // HTTP drops blanks around a header's value: the id would not be the one that the notification carries.
        check(
                value == null
                        || !value.isEmpty()
                                && value.length() <= 64
                                && isPrintable(value)
                                && value.strip().equals(value),
                source,
                value,
                "must be 1 to 64 printable ASCII characters with no blank at its ends");
        check(!AwaitedFolder.isAwaited(value), source, value, "must not begin as those that awaitResult makes");
        return value;
    }

    public static String outputPathExtension(String source, String value) {
        String rule = "must be 1 to 512 letters, digits and !_.*'()/-, must not begin with s3: or https:,"
                + " and must have no '.' or '..' segment";
        check(
                value == null
                        || value.length() <= 512 && !DOT_SEGMENT.matcher(value).matches(),
                source,
                value,
                rule);
        return matching(EXTENSION, source, value, rule);
    }

    public static String filename(String source, String value) {
        String rule = "must be 1 to 32 letters, digits, '-', '_' and at most one '.', the first a letter or digit";
        check(value == null || value.length() <= 32, source, value, rule);
        return matching(FILENAME, source, value, rule);
    }

    public static Integer requestTtlSeconds(String source, Integer value) {
        return seconds(source, value, 60, 21_600);
    }

    public static Integer invocationTimeoutSeconds(String source, Integer value) {
        return seconds(source, value, 1, 3_600);
    }

    private static Integer seconds(String source, Integer value, int least, int most) {
        check(
                value == null || value >= least && value <= most,
                source,
                value,
                "must be " + least + " to " + most + " seconds");
        return value;
    }

    /** Reads a whole number. */
    static Integer wholeNumber(String source, String value) {
        try {
            return value == null ? null : Integer.valueOf(value.strip());
        } catch (NumberFormatException e) {
            throw invalid(source, value, "must be a whole number");
        }
    }

    static boolean isPrintable(String value) {
        return PRINTABLE.matcher(value).matches();
    }

    static void check(boolean valid, String source, Object value, String rule) {
        if (!valid) {
            throw invalid(source, value, rule);
        }
    }

    static InvalidInferenceRequestException invalid(String source, Object value, String rule) {
        return new InvalidInferenceRequestException(source + " is '" + shown(value) + "', but " + rule);
    }

    private static String matching(Pattern pattern, String source, String value, String rule) {
        check(value == null || pattern.matcher(value).matches(), source, value, rule);
        return value;
    }

    /** Safe to print: bounded, and with control characters made visible, so that no log line can be forged. */
    static String shown(Object value) {
        String text = String.valueOf(value);
        StringBuilder shown = new StringBuilder();
        text.chars().limit(MAX_SHOWN).forEach(c -> append(shown, (char) c));
        if (text.length() > MAX_SHOWN) {
            shown.append("... (").append(text.length()).append(" characters)");
        }
        return shown.toString();
    }

    private static void append(StringBuilder shown, char c) {
        switch (c) {
            case '\r' -> shown.append("\\r");
            case '\n' -> shown.append("\\n");
            case '\t' -> shown.append("\\t");
            default -> {
                if (c < 0x20 || c > 0x7E) {
                    shown.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                } else {
                    shown.append(c);
                }
            }
        }
    }
}
