package io.github.camelsagemaker.async.fuzz;

/** What must not be in a message that goes to a log. */
final class OneLine {

    private OneLine() {}

    /** Whether the character ends a line, controls a terminal, or turns the direction of text around. */
    static boolean forges(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> character >= 0x202A && character <= 0x202E || character >= 0x2066 && character <= 0x2069;
        };
    }
}
