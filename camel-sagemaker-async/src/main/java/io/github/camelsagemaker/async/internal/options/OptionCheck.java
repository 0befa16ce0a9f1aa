package io.github.camelsagemaker.async.internal.options;

import java.util.Arrays;
import java.util.regex.Pattern;

/** Checks options. What is null is not set, and allowed. */
public final class OptionCheck {

    private OptionCheck() {}

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}");

    /** As Camel reads them. */
    private static final Pattern DURATION = Pattern.compile("([0-9]+(ms|s|m|h|d))+");

    /**
     * Whether text is a value of the option's type. Times in milliseconds are longs, and may be durations.
     *
     * @param type null if there is no such option
     * @throws IllegalArgumentException naming the option, its value and what it may be
     */
    public static void readable(String option, Class<?> type, String text) {
        String allowed = null;
        if (type == null) {
            return;
        }
        if (type == int.class || type == Integer.class) {
            boolean fits = NUMBER.matcher(text).matches() && Long.parseLong(text) == (int) Long.parseLong(text);
            allowed = fits ? null : "a whole number of at most " + Integer.MAX_VALUE;
        } else if (type == long.class || type == Long.class) {
            allowed = NUMBER.matcher(text).matches() || DURATION.matcher(text).matches()
                    ? null
                    : "a whole number of milliseconds, or a duration such as 500ms, 30s or 1h30m";
        } else if (type.isEnum() && type.getName().startsWith("io.github.camelsagemaker.")) {
            allowed = Arrays.stream(type.getEnumConstants())
                            .anyMatch(value -> value.toString().equalsIgnoreCase(text))
                    ? null
                    : "one of " + Arrays.toString(type.getEnumConstants());
        }
        if (allowed != null) {
            throw new IllegalArgumentException("Option " + option + " is '" + text + "', but must be " + allowed);
        }
    }

    /**
     * @param unit what follows the limit in the message, such as " ms"
     * @throws IllegalArgumentException naming the option, its value and the limits
     */
    public static void between(String option, Number value, long least, long most, String unit) {
        if (value != null && (value.longValue() < least || value.longValue() > most)) {
            throw new IllegalArgumentException(
                    "Option " + option + " is " + value + ", but must be " + least + " to " + most + unit);
        }
    }

    /** As {@link #between}, of how many things are under way at once. */
    public static int from1To10000(String option, int value) {
        between(option, value, 1, 10_000, "");
        return value;
    }

    /** As {@link #between}, without an upper limit. */
    public static void atLeast(String option, Number value, long least, String unit) {
        if (value != null && value.longValue() < least) {
            throw new IllegalArgumentException(
                    "Option " + option + " is " + value + ", but must be at least " + least + unit);
        }
    }

    /** @throws IllegalArgumentException if it is no AWS account id, naming the option and its value */
    public static String account(String option, String value) {
        if (value != null && !value.matches("[0-9]{12}")) {
            throw new IllegalArgumentException(
                    "Option " + option + " is '" + value + "', but must be an AWS account id of 12 digits");
        }
        return value;
    }

    /** @throws IllegalArgumentException if only one of them is set */
    public static void together(String option, boolean isSet, String other, boolean isOtherSet) {
        if (isSet != isOtherSet) {
            throw new IllegalArgumentException("Options " + option + " and " + other + " go together, but only "
                    + (isSet ? option : other) + " is set");
        }
    }
}
