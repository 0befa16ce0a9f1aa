package io.github.camelsagemaker.async.benchmarks;

import io.github.camelsagemaker.async.benchmarks.scenario.LargePayload;
import java.util.List;

/**
 * How much is measured.
 *
 * @param name what it is called
 * @param warmUpMillis how long each producer, and each consumer by notification, works before the first contest: until what
 *     only one contestant uses is compiled as well as what all of them use
 * @param warmUps rounds of each contest that do not count
 * @param rounds rounds of each contest that count
 * @param roundMillis how long a round is
 * @param concurrencies how many requests are under way at once
 * @param concurrenciesOfLarge the same for payloads of 100 KiB and 1 MiB
 * @param messages notifications in a round
 * @param keys objects that wait when a scan begins
 * @param waiting how many exchanges wait for their results
 * @param waiterDelayMillis how often the polling waiter asks
 * @param landings how many single landings are timed in a round
 * @param inferences of each way whose requests are counted
 * @param shortened how many times shorter time is where requests are counted
 * @param largeBytes size of the large payload
 * @param largeBodies how it is handed to a route
 * @param profileMillis how long is profiled
 * @param results of 10 MiB wait for a consumer with a small heap
 * @param idleMillis how long the requests of idle routes are counted
 */
public record Scale(
        String name,
        int warmUpMillis,
        int warmUps,
        int rounds,
        int roundMillis,
        List<Integer> concurrencies,
        List<Integer> concurrenciesOfLarge,
        int messages,
        List<Integer> keys,
        List<Integer> waiting,
        long waiterDelayMillis,
        int landings,
        int inferences,
        int shortened,
        long largeBytes,
        List<String> largeBodies,
        int profileMillis,
        int results,
        long idleMillis) {

    /** The scale of this name. */
    public static Scale named(String name) {
        return switch (name) {
            case "full" -> full();
            case "quick" -> quick();
            case "smoke" -> smoke();
            default ->
                throw new IllegalArgumentException(
                        "The scale is '" + name + "', but must be full, quick or smoke (property benchmarks.scale)");
        };
    }

    /** What the pages are made of. */
    public static Scale full() {
        return new Scale(
                "full",
                45_000,
                3,
                7,
                600,
                List.of(1, 64, 512),
                List.of(64, 512),
                5_000,
                List.of(1_000, 10_000, 50_000),
                List.of(1_000, 10_000, 100_000),
                15_000,
                4,
                1_000,
                100,
                1L << 30,
                LargePayload.BODIES,
                5_000,
                64,
                60_000);
    }

    /** A look at everything in a few minutes: less of each, and ratios with more spread. */
    public static Scale quick() {
        return new Scale(
                "quick",
                5_000,
                1,
                7,
                300,
                List.of(1, 64),
                List.of(64),
                1_000,
                List.of(1_000),
                List.of(1_000),
                2_000,
                3,
                300,
                100,
                1L << 30,
                LargePayload.BODIES,
                2_000,
                64,
                10_000);
    }

    /** Everything once and short: shows that it works, measures nothing. */
    public static Scale smoke() {
        return new Scale(
                "smoke",
                0,
                0,
                1,
                50,
                List.of(2),
                List.of(2),
                40,
                List.of(50),
                List.of(20),
                200,
                2,
                20,
                1_000,
                8L << 20,
                LargePayload.BODIES.subList(0, 1),
                200,
                4,
                500);
    }
}
