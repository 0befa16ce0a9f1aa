package io.github.camelsagemaker.async.faults;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Where the time of a trial went. Not thread-safe. */
final class Times {

    private final Map<String, Long> nanos = new LinkedHashMap<>();
    private long last = System.nanoTime();

    /** What was done since the last call. */
    void passed(String what) {
        long now = System.nanoTime();
        nanos.merge(what, now - last, Long::sum);
        last = now;
    }

    @Override
    public String toString() {
        return nanos.entrySet().stream()
                .map(entry -> String.format(
                        Locale.ROOT,
                        "%s %.1f s",
                        entry.getKey(),
                        entry.getValue() / (double) TimeUnit.SECONDS.toNanos(1)))
                .collect(Collectors.joining(", "));
    }
}
