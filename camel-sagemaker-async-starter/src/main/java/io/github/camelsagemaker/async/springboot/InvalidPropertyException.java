package io.github.camelsagemaker.async.springboot;

import java.util.Arrays;
import java.util.List;

/** A property of the component has a wrong name or a value that its option cannot take. */
public final class InvalidPropertyException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String action;

    private InvalidPropertyException(String message, String action, Throwable cause) {
        super(message, cause);
        this.action = action;
    }

    static InvalidPropertyException unknown(String property, List<String> similar) {
        String action = similar.isEmpty()
                ? "Remove it, or correct its name."
                : "Did you mean " + String.join(" or ", similar) + "?";
        return new InvalidPropertyException(
                "The property " + property + " names no option of the component sagemaker-async. " + action,
                action,
                null);
    }

    static InvalidPropertyException value(String property, String value, Class<?> type, Throwable cause) {
        String action = value.startsWith("#")
                ? "Define the bean it refers to, a " + type.getName() + "."
                : "Set it to " + expected(type) + ".";
        return new InvalidPropertyException(
                "The property " + property + " is '" + value + "'. " + action, action, cause);
    }

    private static String expected(Class<?> type) {
        if (type.isEnum()) {
            return "one of " + Arrays.toString(type.getEnumConstants());
        }
        return type.isInterface()
                ? "#bean:name, naming a bean of type " + type.getName()
                : "a value of type " + type.getName();
    }

    /** What the user may do about it. */
    public String action() {
        return action;
    }
}
