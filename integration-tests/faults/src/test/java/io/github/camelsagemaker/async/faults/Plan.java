package io.github.camelsagemaker.async.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Everything that a seed decides about a trial, but for what its single calls and documents meet.
 *
 * @param rate how many of the calls at the servers meet a fault, from 0 to 1
 * @param repositoryRate how many of the calls of repositories and stores fail
 * @param nodes applications at the same place, with the same repositories
 * @param streamed whether a body is read while it is handled
 * @param namesAgain whether each name of a result is used twice
 * @param ahead how far the last node's clock is ahead; negative if it is behind
 */
record Plan(
        Seeded seeded,
        Way way,
        double rate,
        double repositoryRate,
        int nodes,
        Handover handover,
        boolean streamed,
        boolean namesAgain,
        Duration ahead,
        List<Restart> restarts,
        Kills kills) {

    /** A new JVM takes as long as a trial, so few are killed. */
    private static final double KILLED = 1.0 / 12;

    private static final int MOST_KILLS = 3;
    private static final int LATEST_CALL = 4;

    /** Nodes' clocks differ by less than a lease. */
    private static final long MOST_AHEAD_MILLIS = 2_000;

    static Plan of(long seed) {
        Seeded seeded = new Seeded(seed);
        Way way = Way.values()[(int) (seed % Way.values().length)];
        int kills = happens(seeded, "killed", KILLED) ? 1 + number(seeded, "kills", 0, MOST_KILLS) : 0;
        return new Plan(
                seeded,
                way,
                // From a rare mishap to an outage.
                Math.pow(seeded.unit("rate", 0), 2) * 0.5,
                happens(seeded, "repositories fail", 0.4) ? seeded.unit("repository rate", 0) * 0.4 : 0,
                // A node that is killed and one that is not would need one repository for several JVMs.
                kills == 0 && happens(seeded, "overlapping", 0.3) ? 2 : 1,
                happens(seeded, "hands over", 0.5) ? seeded.pick("handover", 0, Handover.values()) : Handover.NONE,
                happens(seeded, "streamed", 0.3),
                // What is overwritten before it is read is lost in S3 itself, and nobody waits for what a kill takes
                // along.
                kills == 0 && way != Way.AWAIT && happens(seeded, "names again", 0.3),
                happens(seeded, "clock", 0.3)
                        ? Duration.ofMillis((long) ((seeded.unit("ahead", 0) * 2 - 1) * MOST_AHEAD_MILLIS))
                        : Duration.ZERO,
                way != Way.AWAIT && happens(seeded, "restarted", 0.3) ? restarts(seeded) : List.of(),
                new Kills(kills(seeded, way, kills)));
    }

    private static boolean happens(Seeded seeded, String what, double portion) {
        return seeded.unit(what, 0) < portion;
    }

    private static int number(Seeded seeded, String what, long n, int end) {
        return (int) (seeded.unit(what, n) * end);
    }

    private static List<Restart> restarts(Seeded seeded) {
        return IntStream.rangeClosed(0, number(seeded, "restarts", 0, 3))
                .mapToObj(n ->
                        new Restart(1 + 3 * n + number(seeded, "restart at", n, 3), seeded.unit("gives up", n) < 0.4))
                .toList();
    }

    private static List<Kills.Moment> kills(Seeded seeded, Way way, int count) {
        List<String> operations =
                new ArrayList<>(List.of("InvokeEndpointAsync", "PutObject", "GetObject", "ListObjectsV2"));
        operations.add(way == Way.AWAIT ? "DeleteObjects" : "DeleteObject");
        if (way.byQueue()) {
            operations.addAll(List.of("ReceiveMessage", "DeleteMessageBatch"));
        }
        return IntStream.range(0, count)
                .mapToObj(n -> new Kills.Moment(
                        seeded.pick("kill in", n, operations.toArray(String[]::new)),
                        1 + number(seeded, "kill at", n, LATEST_CALL),
                        seeded.unit("kill before", n) < 0.5))
                .toList();
    }

    /**
     * Whether the application brings repositories of its own; otherwise the component's are used, whose memory ends when a route is
     * stopped.
     */
    boolean hasRepositories() {
        return nodes > 1 || repositoryRate > 0 || !restarts.isEmpty();
    }

    /** The kinds of faults in it, beside those of calls. */
    List<String> kinds() {
        List<String> kinds = new ArrayList<>();
        if (repositoryRate > 0) {
            kinds.add("failing repositories");
        }
        if (nodes > 1) {
            kinds.add("overlapping nodes");
        }
        if (handover != Handover.NONE) {
            kinds.add(handover.toString());
        }
        if (streamed) {
            kinds.add("streamed");
        }
        if (namesAgain) {
            kinds.add("names again");
        }
        if (!ahead.isZero()) {
            kinds.add(ahead.isNegative() ? "clock back" : "clock ahead");
        }
        if (!restarts.isEmpty()) {
            kinds.add("forced restarts");
        }
        return kinds;
    }

    @Override
    public String toString() {
        return way + ", rate %.3f".formatted(rate)
                + (repositoryRate > 0 ? ", of repositories %.3f".formatted(repositoryRate) : "")
                + ", " + kinds() + (restarts.isEmpty() ? "" : ", " + restarts) + kills;
    }
}
