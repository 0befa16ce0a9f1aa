package io.github.camelsagemaker.async.internal.options;

/** Checks options. What is null is not set, and allowed. */
public final class OptionCheck {

    private OptionCheck() {}

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
