package io.github.camelsagemaker.async.invoke;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Knows which bodies were read and cannot be read again, by the bodies themselves: a failover, a branch of a multicast, a copy of
 * an exchange and another route have the same stream, and must not send what is left of it. Thread-safe; keeps no body alive.
 */
final class UsedBodies {

    private static final Set<Identity> USED = ConcurrentHashMap.newKeySet();
    private static final ReferenceQueue<Object> GONE = new ReferenceQueue<>();

    private UsedBodies() {}

    /** The first who asks may read the body. */
    static void claim(Object body) {
        forgetTheGone();
        if (!USED.add(new Identity(body, GONE))) {
            throw readBefore(body);
        }
    }

    /** The body was not read after all. */
    static void giveBack(Object body) {
        USED.remove(new Identity(body, null));
    }

    static void check(Object body) {
        if (USED.contains(new Identity(body, null))) {
            throw readBefore(body);
        }
    }

    private static InvalidInferenceRequestException readBefore(Object body) {
        return new InvalidInferenceRequestException(
                "The message body, a " + body.getClass().getName()
                        + ", was read before and cannot be read again. For redelivery, failover and multicast turn on stream"
                        + " caching, or convert the body to byte[], String or a file first");
    }

    private static void forgetTheGone() {
        for (Reference<?> gone = GONE.poll(); gone != null; gone = GONE.poll()) {
            USED.remove(gone);
        }
    }

    private static final class Identity extends WeakReference<Object> {

        private final int hash;

        Identity(Object body, ReferenceQueue<Object> queue) {
            super(body, queue);
            this.hash = System.identityHashCode(body);
        }

        @Override
        public boolean equals(Object other) {
            return this == other || other instanceof Identity identity && get() != null && refersTo(identity.get());
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }
}
