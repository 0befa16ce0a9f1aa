package io.github.camelsagemaker.async.benchmarks.measure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What came of a contest. The first contestant is what the others are compared with.
 *
 * @param title what was done
 * @param series one for each contestant
 */
public record Comparison(String title, List<Series> series) {

    /**
     * Lets the contestants take turns, round after round, so that whatever the machine does meanwhile happens to all. The
     * order is turned round every other time, so that none always follows the same one.
     */
    public static Comparison run(String title, List<Contestant> contestants, int warmUps, int rounds) throws Exception {
        List<List<Sample>> samples = new ArrayList<>();
        contestants.forEach(contestant -> samples.add(new ArrayList<>()));
        for (int round = -warmUps; round < rounds; round++) {
            for (int turn = 0; turn < contestants.size(); turn++) {
                int index = round % 2 == 0 ? turn : contestants.size() - 1 - turn;
                System.gc();
                Sample sample = contestants.get(index).round();
                if (round >= 0) {
                    samples.get(index).add(sample);
                }
            }
        }
        List<Series> series = new ArrayList<>();
        for (int i = 0; i < contestants.size(); i++) {
            series.add(new Series(contestants.get(i).name(), samples.get(i)));
        }
        return new Comparison(title, series);
    }

    /** Lets each contestant work for that long, in turns, and counts nothing. */
    public static void warmUp(List<Contestant> contestants, long millis) throws Exception {
        Map<Contestant, Long> nanos = new HashMap<>();
        while (contestants.stream().anyMatch(contestant -> nanos.getOrDefault(contestant, 0L) < millis * 1_000_000)) {
            for (Contestant contestant : contestants) {
                long begin = System.nanoTime();
                contestant.round();
                nanos.merge(contestant, System.nanoTime() - begin, Long::sum);
            }
        }
    }

    public Series reference() {
        return series.get(0);
    }

    public boolean has(String name) {
        return series.stream().anyMatch(candidate -> candidate.name().equals(name));
    }

    public Series series(String name) {
        return series.stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No contestant is named " + name));
    }
}
