package io.github.camelsagemaker.async.faults;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Everything that a seed decides about a history, but for what its single calls meet.
 *
 * @param rate how many of the calls at the servers meet a fault, from 0 to 1
 * @param storeRate how many of the calls of the store of pending invocations fail
 * @param redelivers whether Camel sends what fails once more
 * @param dynamic whether requests go by toD, which drops a producer each time another endpoint's is needed, if nothing stops
 * @param clock whether requests expire because the clock is set forward, and not because time passes
 * @param events what happens after a unit was sent, by its number
 * @param restarts of a route while it has a result in hand
 */
record HistoryPlan(
        Seeded seeded,
        Means means,
        double rate,
        double storeRate,
        boolean redelivers,
        boolean dynamic,
        boolean clock,
        Map<Integer, Event> events,
        List<Restart> restarts,
        List<Unit> units) {

    private static final int COUNT = 9;

    /** How the end of a request is found out. */
    enum Means {
        AWAIT_S3,
        MEMORY_SCAN,
        AWAIT_OWN_QUEUE,
        JDBC_QUEUE,
        AWAIT_GIVEN_QUEUE,
        MEMORY_QUEUE,
        JDBC_SCAN;

        boolean awaits() {
            return name().startsWith("AWAIT");
        }

        boolean byQueue() {
            return name().endsWith("QUEUE");
        }
    }

    enum Event {
        /** The route that sends is stopped with a time-out that is too short, and started again. */
        STOP_BY_FORCE,
        /** The same, but the stop is given up. */
        STOP_GIVEN_UP,
        RESTART_CONTEXT,
        /** S3's answers come late for a while. */
        S3_PAUSE,
        /** Nothing works for a while. */
        OUTAGE;

        boolean stops() {
            return this != S3_PAUSE && this != OUTAGE;
        }
    }

    enum Sender {
        SYNCHRONOUS,
        ASYNCHRONOUS,
        SEDA,
        SPLIT,
        MULTICAST
    }

    /** When the model answers, or fails. */
    enum Fate {
        AT_ONCE,
        /** When all was sent, and all events are over. */
        HELD,
        /** When its time is over, and whoever asked knows that. */
        LATE,
        NEVER
    }

    /** @param named whether the inference id is the caller's */
    record Request(Document document, Fate fate, boolean named) {

        String name() {
            return document.inferenceId();
        }

        boolean answers() {
            return fate == Fate.AT_ONCE || fate == Fate.HELD;
        }
    }

    /**
     * What one exchange asks.
     *
     * @param fails whether the route fails after the answers
     */
    record Unit(int number, Sender sender, List<Request> requests, boolean fails) {

        @Override
        public String toString() {
            return "unit " + number + " (" + sender + (fails ? ", fails" : "") + ")";
        }
    }

    static HistoryPlan of(long seed) {
        Seeded seeded = new Seeded(seed);
        Means means = Means.values()[(int) (seed % Means.values().length)];
        List<Unit> units = units(seeded);
        return new HistoryPlan(
                seeded,
                means,
                happens(seeded, "faults", 0.7) ? Math.pow(seeded.unit("rate", 0), 2) * 0.4 : 0,
                !means.awaits() && happens(seeded, "store fails", 0.3) ? seeded.unit("store rate", 0) * 0.2 : 0,
                happens(seeded, "redelivers", 0.3),
                happens(seeded, "dynamic", 0.3),
                !means.awaits() && happens(seeded, "clock", 0.5),
                events(seeded, units.size()),
                !means.awaits() && happens(seeded, "restarted", 0.3)
                        ? List.of(new Restart(1 + number(seeded, "restart at", 8), happens(seeded, "gives up", 0.4)))
                        : List.of(),
                units);
    }

    private static boolean happens(Seeded seeded, String what, double portion) {
        return seeded.unit(what, 0) < portion;
    }

    private static int number(Seeded seeded, String what, int end) {
        return (int) (seeded.unit(what, 0) * end);
    }

    private static Map<Integer, Event> events(Seeded seeded, int units) {
        Map<Integer, Event> events = new TreeMap<>();
        for (int n = 0; n < 2; n++) {
            if (seeded.unit("happens", n) < 0.4) {
                events.put((int) (seeded.unit("after", n) * units), seeded.pick("event", n, Event.values()));
            }
        }
        return events;
    }

    private static List<Unit> units(Seeded seeded) {
        List<Request> requests = Document.of(seeded).stream()
                .limit(COUNT)
                .map(document ->
                        new Request(document, fate(seeded, document), seeded.unit("named", document.number()) < 0.5))
                .toList();
        List<Unit> units = new ArrayList<>();
        for (int next = 0; next < requests.size(); ) {
            int number = units.size();
            Sender sender = seeded.pick("sender", number, Sender.values());
            int count =
                    Math.min(sender == Sender.SPLIT ? 3 : sender == Sender.MULTICAST ? 2 : 1, requests.size() - next);
            units.add(new Unit(
                    number, sender, requests.subList(next, next + count), seeded.unit("fails", number) < 0.15));
            next += count;
        }
        return units;
    }

    private static Fate fate(Seeded seeded, Document document) {
        double fate = seeded.unit("fate", document.number());
        return fate < 0.4 ? Fate.AT_ONCE : fate < 0.8 ? Fate.HELD : fate < 0.9 ? Fate.LATE : Fate.NEVER;
    }

    List<Request> requests() {
        return units.stream().flatMap(unit -> unit.requests().stream()).toList();
    }

    Request request(String name) {
        return requests().stream()
                .filter(request -> request.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Whether something is stopped that has requests or results in hand. */
    boolean stops() {
        return !restarts.isEmpty() || events.values().stream().anyMatch(Event::stops);
    }

    /** Whether calls fail. */
    boolean faulty() {
        return rate > 0 || events.containsValue(Event.OUTAGE);
    }

    /** The kinds of what is in it. */
    List<String> kinds() {
        Map<Fate, Long> fates = requests().stream()
                .collect(Collectors.groupingBy(Request::fate, () -> new EnumMap<>(Fate.class), Collectors.counting()));
        List<String> kinds = new ArrayList<>(List.of(means.toString(), fates.toString()));
        if (redelivers) {
            kinds.add("redelivery");
        }
        if (dynamic) {
            kinds.add("toD");
        }
        if (clock) {
            kinds.add("clock set");
        }
        if (storeRate > 0) {
            kinds.add("failing store %.3f".formatted(storeRate));
        }
        events.forEach((unit, event) -> kinds.add(event + " after unit " + unit));
        restarts.forEach(restart -> kinds.add(restart.toString()));
        return kinds;
    }

    @Override
    public String toString() {
        return "rate %.3f, ".formatted(rate) + kinds();
    }
}
