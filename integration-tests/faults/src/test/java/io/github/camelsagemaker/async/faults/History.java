package io.github.camelsagemaker.async.faults;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** What callers, routes and the model saw, in order. Thread-safe. */
final class History {

    private final List<Event> events = new CopyOnWriteArrayList<>();

    enum Kind {
        /** A unit's exchange is in its route. */
        BEGUN,
        SUCCEEDED,
        FAILED,
        /** The caller has its exchange back. */
        RETURNED,
        SENT,
        TOLD,
        /** The model is done with a request. */
        LANDED,
        HANDLED,
        /** The route that asks, or the whole, is about to be stopped. */
        STOPS,
        STARTED,
        /** The component named this place in a warning. */
        WARNED,
        WRONG
    }

    /**
     * One event. What does not belong to its kind is null.
     *
     * @param name of a request or a unit; of a result its request's, as the original headers say it; a place; what is wrong
     * @param place where the caller was told that the output will be
     */
    record Event(Instant at, Kind kind, String name, Told told, String place, Emission emission, boolean late) {}

    void add(Kind kind, String name) {
        events.add(new Event(Instant.now(), kind, name, null, null, null, false));
    }

    void told(String name, Told told, String place) {
        events.add(new Event(Instant.now(), Kind.TOLD, name, told, place, null, false));
    }

    void handled(String name, Emission emission, boolean late) {
        events.add(new Event(Instant.now(), Kind.HANDLED, name, null, null, emission, late));
    }

    Stream<Event> all() {
        return events.stream();
    }

    List<Event> all(Kind kind) {
        return events.stream().filter(event -> event.kind() == kind).toList();
    }

    List<Event> all(Kind kind, String name) {
        return all(kind).stream().filter(event -> name.equals(event.name())).toList();
    }

    boolean has(Kind kind, String name) {
        return !all(kind, name).isEmpty();
    }
}
