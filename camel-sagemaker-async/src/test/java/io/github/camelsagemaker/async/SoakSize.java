package io.github.camelsagemaker.async;

/** How much a soak does: all of it with the profile {@code soak}, a part, which shows the same, with {@code -Dsoak.size=small}. */
public final class SoakSize {

    private static final boolean FULL = "full".equals(System.getProperty("soak.size"));

    private SoakSize() {}

    public static int of(int full, int part) {
        return FULL ? full : part;
    }
}
