package io.github.camelsagemaker.async.settle;

import io.github.camelsagemaker.async.result.S3Location;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts the failed exchanges of each object, in memory: a restart begins again, and of more than 10,000 failing objects the
 * least recently tried is forgotten. Thread-safe.
 */
public final class FailedAttempts {

    private static final int CAPACITY = 10_000;

    private final Map<S3Location, Integer> counts;

    public FailedAttempts() {
        this(CAPACITY);
    }

    FailedAttempts(int capacity) {
        this.counts = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<S3Location, Integer> eldest) {
                return size() > capacity;
            }
        };
    }

    /** Counts one more, and tells how many there are now. */
    synchronized int add(S3Location object) {
        return counts.merge(object, 1, Integer::sum);
    }

    synchronized void forget(S3Location object) {
        counts.remove(object);
    }
}
