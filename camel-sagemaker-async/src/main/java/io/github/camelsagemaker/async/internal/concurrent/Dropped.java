package io.github.camelsagemaker.async.internal.concurrent;

import java.lang.ref.Cleaner;

/**
 * Reports what Camel dropped without a word, as a full or a purged queue does: nothing but the garbage collector knows. Its
 * thread is a daemon of the JDK's, and ends when nobody can use this class any more.
 */
public final class Dropped {

    /** What is registered must not block. */
    public static final Cleaner CLEANER = Cleaner.create();

    private Dropped() {}
}
