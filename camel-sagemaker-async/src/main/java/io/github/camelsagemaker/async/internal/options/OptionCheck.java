package io.github.camelsagemaker.async.internal.options;

import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Checks options. What is null is not set, and allowed. What is wrong is refused with an {@link IllegalArgumentException} that
 * names the option, its value and what it may be.
 */
public final class OptionCheck {

    private OptionCheck() {}

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}");

    /** Of whatever a user may have under way at once. */
    public static final int MOST_AT_ONCE = 10_000;

    /** As Camel reads them. */
    private static final Pattern DURATION = Pattern.compile("([0-9]+(ms|s|m|h|d))+");

    /** Options that go together, or one that needs another. */
    public static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    public static void mustBe(boolean holds, String option, Object value, String rule) {
        String shown = value instanceof Number ? "" + value : "'" + LogSanitizer.shown(String.valueOf(value)) + "'";
        require(holds || value == null, "Option " + option + " is " + shown + ", but must be " + rule);
    }

    /** Refuses text that is no value of the option's type, null if there is no such option. A long is milliseconds, or a duration. */
    public static void readable(String option, Class<?> type, String text) {
        boolean number = NUMBER.matcher(text).matches();
        if (type == int.class || type == Integer.class) {
            boolean fits = number && Long.parseLong(text) == (int) Long.parseLong(text);
            mustBe(fits, option, text, "a whole number of at most " + Integer.MAX_VALUE);
        } else if (type == long.class || type == Long.class) {
            boolean duration = DURATION.matcher(text).matches();
            String rule = "a whole number of milliseconds, or a duration such as 500ms, 30s or 1h30m";
            mustBe(number || duration, option, text, rule);
        } else if (type != null && type.isEnum() && type.getName().startsWith("io.github.camelsagemaker.")) {
            boolean known = Arrays.stream(type.getEnumConstants())
                    .anyMatch(value -> value.toString().equalsIgnoreCase(text));
            mustBe(known, option, text, "one of " + Arrays.toString(type.getEnumConstants()));
        }
    }

    /** @param unit what follows the limit in the message, such as " ms" */
    public static void between(String option, Number value, long least, long most, String unit) {
        boolean holds = value == null || value.longValue() >= least && value.longValue() <= most;
        mustBe(holds, option, value, least + " to " + most + unit);
    }

    /** As {@link #between}, without an upper limit. */
    public static void atLeast(String option, Number value, long least, String unit) {
        mustBe(value == null || value.longValue() >= least, option, value, "at least " + least + unit);
    }

    public static String account(String option, String value) {
        mustBe(value == null || value.matches("[0-9]{12}"), option, value, "an AWS account id of 12 digits");
        return value;
    }

    public static void together(String option, boolean isSet, String other, boolean isOtherSet) {
        String one = isSet ? option : other;
        require(
                isSet == isOtherSet,
                "Options " + option + " and " + other + " go together, but only " + one + " is set");
    }
}
