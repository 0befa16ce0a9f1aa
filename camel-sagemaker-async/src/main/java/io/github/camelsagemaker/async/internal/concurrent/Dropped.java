package io.github.camelsagemaker.async.internal.concurrent;

import java.lang.ref.Cleaner;

/**
 * Reports what Camel dropped without a word, as a full or a purged queue does: nothing but the garbage collector knows. Its
 * thread is a daemon of the JDK's, and ends when nobody can use this class any more.
 */
public final class Dropped {

    private static final Cleaner CLEANER = Cleaner.create();

    private Dropped() {}

    /**
     * Runs something once: when an object is reachable no more, or before that by the answer's {@code clean}.
     *
     * @param then does not hold the object, and does not block
     */
    public static Cleaner.Cleanable watch(Object object, Runnable then) {
        return CLEANER.register(object, then);
    }
}
