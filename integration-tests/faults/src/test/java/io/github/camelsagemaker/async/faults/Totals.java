package io.github.camelsagemaker.async.faults;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What all trials came to. Thread-safe. */
final class Totals {

    private final long start = System.nanoTime();
    private final Map<Mishap, Integer> mishaps = new EnumMap<>(Mishap.class);
    private final Map<String, Integer> kinds = new TreeMap<>();
    private long repositoryFailures;
    private long seeds;
    private long accepted;
    private long kills;
    private long lost;
    private long doubled;

    synchronized void add(long acceptedRequests, Map<Mishap, Integer> faults, long failedRepositoryCalls, Plan plan) {
        seeds++;
        accepted += acceptedRequests;
        kills += plan.kills().count();
        repositoryFailures += failedRepositoryCalls;
        plan.kinds().forEach(kind -> kinds.merge(kind, 1, Integer::sum));
        faults.forEach((mishap, count) -> mishaps.merge(mishap, count, Integer::sum));
    }

    synchronized void addNotifications(long lostOnes, long doubledOnes) {
        lost += lostOnes;
        doubled += doubledOnes;
    }

    synchronized String line(int violations) {
        return String.format(
                "%d seeds %s, %d requests accepted, %d faults %s, %d failed calls of repositories, notifications lost %d and doubled %d, %d kills, %d violations, %d s",
                seeds,
                kinds,
                accepted,
                mishaps.values().stream().mapToInt(Integer::intValue).sum(),
                mishaps,
                repositoryFailures,
                lost,
                doubled,
                kills,
                violations,
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start));
    }
}
