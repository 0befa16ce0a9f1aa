package io.github.camelsagemaker.async.landing;

/** Makes values that strangers chose fit for messages and logs. */
final class Untrusted {

    private static final int MAX_SHOWN = 200;

    private Untrusted() {}

    /** At most 200 characters, without line breaks and other control characters. */
    static String shown(String value) {
        if (value == null) {
            return null;
        }
        String start = value.length() <= MAX_SHOWN ? value : value.substring(0, MAX_SHOWN) + "...";
        return start.replaceAll("\\p{Cntrl}", "?");
    }
}
