package io.github.camelsagemaker.async.benchmarks.server;

import java.util.Map;
import java.util.TreeMap;

/** How often each operation was asked for since the last reset. For the server's one thread. */
final class Counters {

    private final Map<String, Long> counts = new TreeMap<>();

    void count(String operation) {
        counts.merge(operation, 1L, Long::sum);
    }

    void reset() {
        counts.clear();
    }

    /** One {@code name=number} a line. */
    String lines() {
        StringBuilder lines = new StringBuilder();
        counts.forEach(
                (name, count) -> lines.append(name).append('=').append(count).append('\n'));
        return lines.toString();
    }
}
