package io.github.camelsagemaker.async.faults;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.faults.History.Event;
import io.github.camelsagemaker.async.faults.History.Kind;
import io.github.camelsagemaker.async.faults.HistoryPlan.Fate;
import io.github.camelsagemaker.async.faults.HistoryPlan.Request;
import io.github.camelsagemaker.async.faults.HistoryPlan.Sender;
import io.github.camelsagemaker.async.faults.HistoryPlan.Unit;
import io.github.camelsagemaker.async.faults.Told.Ending;
import io.github.camelsagemaker.async.testinfra.AcceptedRequest;
import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.Outcome;
import io.github.camelsagemaker.async.tracking.PendingInvocationStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Compares what callers saw, what routes saw and what the servers know. Each request has exactly one end: the right one. A result
 * whose request is sent twice by the SDK, as the answer was lost, lands twice. What is left in S3 is promised, or a log line names it.
 */
final class HistoryChecker {

    /** What landed so long before its time was over, and could be read, does not time out. */
    private static final Duration MARGIN = Duration.ofSeconds(2);

    /** S3 has ten seconds for each of some answers. */
    private static final Duration LAST_LOOK = Duration.ofSeconds(40);

    /** When it is known whether a request was taken, and if so, that it was. */
    private static final Set<Ending> NOT_TAKEN = Set.of(Ending.REFUSED, Ending.NOT_SENT);

    private final LocalAws aws;
    private final HistoryPlan plan;
    private final String name;
    private final History history;
    private final PendingInvocationStore store;
    private Instant quietSince = Instant.MAX;

    /** @param store of pending invocations, or null */
    HistoryChecker(LocalAws aws, HistoryPlan plan, String name, History history, PendingInvocationStore store) {
        this.aws = aws;
        this.plan = plan;
        this.name = name;
        this.history = history;
        this.store = store;
    }

    /** When a request is to end that has no result. */
    static Duration deadline(HistoryPlan plan) {
        return plan.clock() ? Duration.ofMinutes(5) : Duration.ofSeconds(6);
    }

    /** From now on no call meets a fault. */
    void quiet() {
        boolean everQuiet = !plan.faulty() && !plan.events().containsValue(HistoryPlan.Event.S3_PAUSE);
        quietSince = everQuiet ? Instant.EPOCH : Instant.now();
    }

    /** What is on its way to SageMaker. */
    List<String> unsent() {
        List<String> unsent = new ArrayList<>();
        for (Unit unit : plan.units()) {
            boolean waits = unit.requests().stream().anyMatch(request -> history.has(Kind.SENT, request.name()))
                    && unit.requests().stream()
                            .allMatch(request ->
                                    accepted(request).stream().findAny().isPresent()
                                            || history.has(Kind.TOLD, request.name()));
            if (!waits && !isOver(unit)) {
                unsent.add(unit.toString());
            }
        }
        return unsent;
    }

    private boolean isOver(Unit unit) {
        return history.has(Kind.SUCCEEDED, unit.toString())
                || history.has(Kind.FAILED, unit.toString())
                || history.has(Kind.RETURNED, unit.toString()) && !history.has(Kind.BEGUN, unit.toString());
    }

    /** @param all whether also what has to wait until its time is over */
    List<String> missing(boolean all) {
        List<String> missing = new ArrayList<>();
        for (Request request : plan.requests()) {
            if (history.has(Kind.SENT, request.name()) && (all || told(request) == null || !endsLater(request))) {
                missingOf(request).forEach(what -> missing.add(describe(request) + " " + what));
            }
        }
        if (all || !plan.means().awaits()) {
            plan.units().stream()
                    .filter(unit -> !isOver(unit)
                            || history.has(Kind.BEGUN, unit.toString())
                                    && unit.sender() != Sender.SEDA
                                    && !history.has(Kind.RETURNED, unit.toString()))
                    .forEach(unit -> missing.add(unit + " has no end"));
        }
        if (missing.isEmpty() && store != null) {
            long pending = store.statistics(name).pending();
            long later = plan.requests().stream().filter(this::endsLater).count();
            // Of what a store that fails forgot at a stop, too, the record stays until its time is over.
            if (pending > (all ? 0 : later) && (all || plan.storeRate() == 0)) {
                missing.add(pending + " invocations are pending");
            }
        }
        return missing;
    }

    /** Whether its record may stay until its time is over. */
    private boolean endsLater(Request request) {
        Event told = told(request);
        return !request.answers() || told != null && told.told().ending() != Ending.DONE;
    }

    private List<String> missingOf(Request request) {
        List<String> missing = new ArrayList<>();
        Event told = told(request);
        if (told == null) {
            missing.add("was not told");
            return missing;
        }
        if (request.fate() != Fate.NEVER) {
            accepted(request).stream()
                    .filter(accepted -> !accepted.outcome().isFinal())
                    .forEach(accepted -> missing.add("is " + accepted.outcome()));
        }
        if (!plan.means().awaits()) {
            accepted(request).stream()
                    .filter(accepted -> accepted.outcome().isFinal() && handled(request, accepted) == 0)
                    .forEach(accepted -> missing.add("is " + accepted.outcome() + ", and was not handled"));
            if (mayBeTaken(request) && handled(request).isEmpty()) {
                missing.add("has no end in the route");
            }
        }
        return missing;
    }

    private boolean mayBeTaken(Request request) {
        return history.all(Kind.TOLD, request.name()).stream()
                .anyMatch(event -> !NOT_TAKEN.contains(event.told().ending()) && !isPassedOver(event));
    }

    /** What is wrong now that all is over; empty if nothing is. */
    List<String> violations() {
        List<String> violations = new ArrayList<>();
        history.all(Kind.WRONG).forEach(wrong -> violations.add(wrong.name()));
        history.all(Kind.HANDLED).stream()
                .filter(event -> plan.requests().stream()
                        .noneMatch(request -> handled(request).contains(event)))
                .forEach(event -> violations.add("it is the result of nobody: " + event));
        plan.units().forEach(unit -> checkUnit(unit, violations));
        for (Request request : plan.requests()) {
            List<String> wrong = new ArrayList<>();
            checkRequest(request, wrong);
            if (!wrong.isEmpty()) {
                violations.addAll(wrong);
                violations.add("history of " + story(request));
            }
        }
        return violations;
    }

    private void checkRequest(Request request, List<String> violations) {
        List<Event> told = history.all(Kind.TOLD, request.name());
        check(
                told.size() == history.all(Kind.SENT, request.name()).size()
                        && told.size() <= (plan.redelivers() ? 2 : 1),
                describe(request) + " was called back " + told.size() + " times",
                violations);
        check(
                told.stream()
                        .limit(Math.max(0, told.size() - 1))
                        .allMatch(event -> event.told().failure() != null),
                describe(request) + " was sent again after its success",
                violations);
        if (!mayBeTaken(request)) {
            check(accepted(request).isEmpty(), describe(request) + " was accepted", violations);
            check(
                    handled(request).isEmpty() || plan.storeRate() > 0,
                    describe(request) + " has an end in the route besides its error",
                    violations);
        }
        if (plan.means().awaits()) {
            told.forEach(event -> checkAwaited(request, event, violations));
        } else if (!told.isEmpty()) {
            checkTracked(request, told(request), violations);
        }
    }

    /** What callers, routes and the servers saw of it. */
    private String story(Request request) {
        List<AcceptedRequest> accepted = accepted(request);
        return Stream.concat(
                        history.all()
                                .filter(event -> request.name().equals(event.name())
                                        || unit(request).toString().equals(event.name())
                                        || event.kind() == Kind.STOPS
                                        || event.kind() == Kind.STARTED
                                        || handled(request).contains(event)),
                        accepted.stream())
                .map(Object::toString)
                .collect(Collectors.joining("\n    ", describe(request) + ":\n    ", ""));
    }

    private void checkUnit(Unit unit, List<String> violations) {
        int ends = history.all(Kind.SUCCEEDED, unit.toString()).size()
                + history.all(Kind.FAILED, unit.toString()).size();
        check(
                ends == history.all(Kind.BEGUN, unit.toString()).size() && ends <= 1,
                unit + " was done " + ends + " times",
                violations);
        check(
                history.all(Kind.RETURNED, unit.toString()).size() <= 1,
                unit + " came back to its caller more than once",
                violations);
    }

    private void checkAwaited(Request request, Event event, List<String> violations) {
        Told told = event.told();
        Document document = request.document();
        Optional<AcceptedRequest> own = accepted(request).stream()
                .filter(accepted -> accepted.outputLocation().equals(event.place()))
                .findFirst();
        boolean right =
                switch (told.ending()) {
                    case DONE ->
                        event.place() == null
                                ? isPassedOver(event) && isStoppedMeanwhile(request, event)
                                : isOutcome(own, Outcome.COMPLETED)
                                        && document.answer().equals(told.answer());
                    case INFERENCE_FAILED -> isOutcome(own, Outcome.FAILED) && document.broken();
                    case TIMED_OUT -> own.isPresent() && isRightlyTimedOut(request, own.get(), event.at());
                    case CANCELLED -> isStoppedMeanwhile(request, event);
                    case UNREADABLE -> plan.faulty();
                    // A call has half a second to be answered when its route stops.
                    case UNKNOWN, REFUSED, NOT_SENT -> plan.faulty() || isStoppedMeanwhile(request, event);
                };
        check(right, describe(request) + " should have another end", violations);
    }

    private static boolean isOutcome(Optional<AcceptedRequest> request, Outcome outcome) {
        return request.filter(own -> own.outcome() == outcome).isPresent();
    }

    /** Camel's toD lets pass, with a warning, what comes when its route has stopped. */
    private boolean isPassedOver(Event told) {
        return plan.dynamic() && told.told().ending() == Ending.DONE && told.place() == null;
    }

    private boolean isStoppedMeanwhile(Request request, Event told) {
        List<Event> stops = history.all(Kind.STOPS);
        List<Event> starts = history.all(Kind.STARTED);
        Instant sent = history.all(Kind.SENT, request.name()).get(0).at();
        return IntStream.range(0, starts.size())
                .anyMatch(n -> sent.isBefore(starts.get(n).at())
                        && told.at().isAfter(stops.get(n).at()));
    }

    private boolean isRightlyTimedOut(Request request, AcceptedRequest own, Instant told) {
        Instant over = own.acceptedAt().plus(deadline(plan));
        boolean inTime = request.answers()
                && landed(request).plus(MARGIN).isBefore(over)
                && quietSince.isBefore(over.minus(MARGIN));
        return !inTime && !told.isBefore(over) && told.isBefore(over.plus(LAST_LOOK));
    }

    private Instant landed(Request request) {
        return history.all(Kind.LANDED, request.name()).stream()
                .map(Event::at)
                .max(Instant::compareTo)
                .orElse(Instant.MAX.minus(MARGIN));
    }

    private void checkTracked(Request request, Event told, List<String> violations) {
        Ending ending = told.told().ending();
        List<Event> handled = handled(request);
        String what = describe(request);
        check(
                ending == Ending.DONE || plan.faulty() || plan.storeRate() > 0 || plan.stops(),
                what + " failed without a reason",
                violations);
        check(
                ending != Ending.DONE
                        || isPassedOver(told) && isStoppedMeanwhile(request, told)
                        || accepted(request).stream()
                                .anyMatch(accepted -> accepted.outputLocation().equals(told.place())),
                what + " has a receipt of no request",
                violations);
        for (AcceptedRequest accepted : accepted(request)) {
            long times = handled(request, accepted);
            check(
                    times > 0 || !accepted.outcome().isFinal() || request.fate() == Fate.NEVER,
                    what + " is silent",
                    violations);
            check(
                    times <= alike(request, accepted) || plan.stops(),
                    what + " was handled " + times + " times",
                    violations);
            // The second run of one request may find its payload gone.
            check(
                    accepted.outcome() != Outcome.FAILED
                            || request.document().broken()
                            || request.fate() == Fate.NEVER
                            || accepted(request).size() > 1,
                    what + " failed, but its model did not",
                    violations);
        }
        for (Event event : handled) {
            check(
                    event.emission().status() != InferenceStatus.COMPLETED
                            || request.document()
                                    .answer()
                                    .equals(event.emission().body()),
                    what + " has the body of another",
                    violations);
            check(
                    event.name() == null || event.name().equals(request.name()),
                    what + " has the headers of another",
                    violations);
        }
        checkExpiry(request, told, handled, violations);
    }

    private void checkExpiry(Request request, Event told, List<Event> handled, List<String> violations) {
        String what = describe(request);
        List<Event> expired = handled.stream()
                .filter(event -> event.emission().status() == InferenceStatus.EXPIRED)
                .toList();
        check(expired.size() <= 1 || plan.stops(), what + " expired " + expired.size() + " times", violations);
        boolean known = told.place() != null && plan.storeRate() == 0;
        if (expired.isEmpty() || !known) {
            return;
        }
        // Of what was sent twice only the last place is known.
        AcceptedRequest own = accepted(request).stream()
                .filter(accepted -> accepted.outputLocation().equals(told.place()))
                .findFirst()
                .orElseThrow();
        List<Event> results = handled.stream()
                .filter(event -> event.emission().status() != InferenceStatus.EXPIRED && isOf(event, own))
                .toList();
        Event first = expired.get(0);
        Instant sent = history.all(Kind.SENT, request.name()).get(0).at();
        check(
                results.stream().noneMatch(result -> result.at().isBefore(first.at())) || plan.stops(),
                what + " expired after its result",
                violations);
        check(results.stream().allMatch(Event::late) || plan.stops(), what + " is late, and not marked so", violations);
        check(
                !request.answers() || !landed(request).plus(MARGIN).isBefore(sent.plus(deadline(plan))),
                what + " expired although it landed",
                violations);
    }

    /** Objects that are left in S3, though neither a promise nor a log line explains them; and those that should be there. */
    List<String> left() {
        List<String> left = new ArrayList<>();
        for (String prefix : List.of("in/", "out/", "failed/")) {
            for (String key : aws.keys(name, prefix)) {
                String place = "s3://" + name + "/" + key;
                if (!history.has(Kind.WARNED, place) && !isExplained(place)) {
                    left.add(place);
                }
            }
        }
        if (plan.means().awaits()) {
            for (Unit unit : plan.units()) {
                if (history.has(Kind.FAILED, unit.toString())) {
                    unit.requests().stream()
                            .map(this::told)
                            .filter(told -> told != null && told.told().ending() == Ending.DONE)
                            .filter(told -> told.place() != null)
                            .filter(told -> !aws.keys(name, "out/").contains(key(told.place())))
                            .forEach(told -> left.add("not " + told.place() + ", though " + unit + " failed"));
                }
            }
        }
        return left;
    }

    private String key(String place) {
        return place.substring(("s3://" + name + "/").length());
    }

    private boolean isExplained(String place) {
        return plan.requests().stream().anyMatch(request -> explains(request, place));
    }

    private boolean explains(Request request, String place) {
        Event told = told(request);
        if (told != null && place.equals(told.told().input()) && told.told().failure() != null) {
            return true; // for another attempt
        }
        List<AcceptedRequest> accepted = accepted(request).stream()
                .filter(candidate -> Stream.of(
                                candidate.inputLocation(), candidate.outputLocation(), candidate.failureLocation())
                        .anyMatch(place::equals))
                .toList();
        if (accepted.isEmpty() || told == null) {
            return false;
        }
        if (!plan.means().awaits()) {
            // What expired may be read yet, and a crash or a second run has lost the payload's name.
            return place.equals(accepted.get(0).inputLocation())
                    && (request.fate() == Fate.NEVER
                            || accepted(request).size() > 1
                            || told.told().ending() != Ending.DONE
                            || plan.stops());
        }
        boolean own = accepted.stream()
                .anyMatch(candidate -> candidate.outputLocation().equals(told.place()));
        return !own
                || told.told().ending() != Ending.DONE
                || history.has(Kind.FAILED, unit(request).toString());
    }

    private Unit unit(Request request) {
        return plan.units().stream()
                .filter(unit -> unit.requests().contains(request))
                .findFirst()
                .orElseThrow();
    }

    /** How its requests ended. */
    List<String> ends() {
        List<String> ends = new ArrayList<>();
        history.all(Kind.TOLD)
                .forEach(told -> ends.add((plan.means().awaits() ? "awaited " : "tracked ")
                        + told.told().ending()));
        history.all(Kind.HANDLED)
                .forEach(event -> ends.add(
                        (event.late() ? "late " : "") + event.emission().status()));
        return ends;
    }

    /** What became of the last attempt. */
    private Event told(Request request) {
        List<Event> told = history.all(Kind.TOLD, request.name());
        return told.isEmpty() ? null : told.get(told.size() - 1);
    }

    /** The results and the expiries of a request, as a route saw them. */
    private List<Event> handled(Request request) {
        List<AcceptedRequest> accepted = accepted(request);
        return history.all(Kind.HANDLED).stream()
                .filter(event -> request.name().equals(event.name())
                        || accepted.stream().anyMatch(candidate -> isAt(event, candidate)))
                .toList();
    }

    private long handled(Request request, AcceptedRequest accepted) {
        return handled(request).stream().filter(event -> isOf(event, accepted)).count();
    }

    private static boolean isOf(Event event, AcceptedRequest accepted) {
        return event.emission().status().name().equals(accepted.outcome().name())
                && (event.emission().place() == null || isAt(event, accepted));
    }

    private static boolean isAt(Event event, AcceptedRequest accepted) {
        String place = event.emission().place();
        return place != null && (place.equals(accepted.outputLocation()) || place.equals(accepted.failureLocation()));
    }

    /** A failure that names no place is one of all runs of its request. */
    private long alike(Request request, AcceptedRequest accepted) {
        boolean placed = handled(request).stream()
                .filter(event -> isOf(event, accepted))
                .allMatch(event -> event.emission().place() != null);
        return placed ? 1 : accepted(request).size();
    }

    private List<AcceptedRequest> accepted(Request request) {
        return aws.ledger().accepted().stream()
                .filter(accepted ->
                        accepted.endpointName().equals(name) && request.name().equals(accepted.customAttributes()))
                .toList();
    }

    /** For people: what was to come, and what was seen. */
    private String describe(Request request) {
        Event told = told(request);
        return request.name() + " (" + request.fate() + (request.document().broken() ? ", broken" : "") + ", "
                + unit(request) + ", told " + (told == null ? "nothing" : told.told()) + ", handled "
                + handled(request).stream()
                        .map(event ->
                                (event.late() ? "late " : "") + event.emission().status())
                        .toList()
                + ", accepted "
                + accepted(request).stream().map(AcceptedRequest::outcome).toList() + ")";
    }

    private static void check(boolean right, String violation, List<String> violations) {
        if (!right) {
            violations.add(violation);
        }
    }
}
