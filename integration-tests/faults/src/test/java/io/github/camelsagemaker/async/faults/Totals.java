package io.github.camelsagemaker.async.faults;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What all trials came to. Thread-safe. */
final class Totals {

    private final long start = System.nanoTime();
    private final Map<Mishap, Integer> mishaps = new EnumMap<>(Mishap.class);
    private long seeds;
    private long accepted;
    private long kills;
    private long lost;
    private long doubled;

    synchronized void add(long acceptedRequests, Map<Mishap, Integer> faults, int killed) {
        seeds++;
        accepted += acceptedRequests;
        kills += killed;
        faults.forEach((mishap, count) -> mishaps.merge(mishap, count, Integer::sum));
    }

    synchronized void addNotifications(long lostOnes, long doubledOnes) {
        lost += lostOnes;
        doubled += doubledOnes;
    }

    synchronized String line(int violations) {
        return String.format(
                "%d seeds, %d requests accepted, %d faults %s, notifications lost %d and doubled %d, %d kills, %d violations, %d s",
                seeds,
                accepted,
                mishaps.values().stream().mapToInt(Integer::intValue).sum(),
                mishaps,
                lost,
                doubled,
                kills,
                violations,
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start));
    }
}
