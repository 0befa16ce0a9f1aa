package io.github.camelsagemaker.async.landing;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers which results the queue delivered and no exchange handled: the queue's redelivery and redrive policy decide
 * about them, so the reconciliation leaves them alone. In memory, the latest 10,000. Thread-safe.
 */
final class LeftToQueue {

    private static final int CAPACITY = 10_000;

    private final Map<String, Boolean> keys = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > CAPACITY;
        }
    };

    synchronized void add(Landing landing) {
        keys.put(landing.key(), Boolean.TRUE);
    }

    synchronized void remove(Landing landing) {
        keys.remove(landing.key());
    }

    synchronized boolean contains(Landing landing) {
        return keys.containsKey(landing.key());
    }
}
