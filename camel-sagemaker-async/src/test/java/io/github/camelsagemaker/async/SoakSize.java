package io.github.camelsagemaker.async;

/** How much the long tests do: in every build a part, which shows the same, and all of it with {@code -Dsoak.full=true}. */
final class SoakSize {

    private static final boolean FULL = Boolean.getBoolean("soak.full");

    private SoakSize() {}

    static int of(int full, int part) {
        return FULL ? full : part;
    }
}
