package io.github.camelsagemaker.async.faults;

import io.github.camelsagemaker.async.testinfra.Fault;
import io.github.camelsagemaker.async.testinfra.HttpCall;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Which calls of the component go wrong, and how. The fault of an operation's nth call depends on the seed alone. A plan ends
 * after so many calls of an operation, so that every trial comes to its end. Thread-safe.
 */
final class FaultPlan implements Function<HttpCall, Fault> {

    /** Longer than a call's attempt may take. */
    static final Duration TOO_LATE = Duration.ofMillis(4_300);

    private static final int FAULTY_CALLS = 40;

    private static final Fault DENIED = Fault.accessDenied403();

    private static final Fault[] FAULTS = {
        Fault.throttle400(),
        Fault.throttle429(),
        Fault.slowDown503(),
        Fault.unavailable503(),
        Fault.failure500(),
        Fault.html502(),
        Fault.emptyBody(503),
        Fault.resetBeforeAccept(),
        Fault.resetAfterAccept(),
        Fault.truncated(),
        DENIED,
        Fault.slow(TOO_LATE)
    };

    /** What the component calls while it runs; the rest is called by the infrastructure, or at a start. */
    private static final Set<String> OPERATIONS = Set.of(
            "InvokeEndpointAsync",
            "PutObject",
            "CreateMultipartUpload",
            "UploadPart",
            "CompleteMultipartUpload",
            "AbortMultipartUpload",
            "ListObjectsV2",
            "HeadObject",
            "GetObject",
            "DeleteObject",
            "DeleteObjects",
            "ReceiveMessage",
            "DeleteMessageBatch",
            "ChangeMessageVisibilityBatch");

    private final Seeded seeded;
    private final double rate;
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> faults = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> denials = new ConcurrentHashMap<>();

    FaultPlan(Seeded seeded) {
        this.seeded = seeded;
        // From a rare mishap to an outage.
        this.rate = Math.pow(seeded.unit("rate", 0), 2) * 0.5;
    }

    @Override
    public Fault apply(HttpCall call) {
        String operation = call.operation();
        if (!OPERATIONS.contains(operation)) {
            return null;
        }
        int n = next(calls, operation);
        if (n >= FAULTY_CALLS || seeded.unit("whether " + operation, n) >= rate) {
            return null;
        }
        next(faults, operation);
        Fault fault = seeded.pick("which " + operation, n, FAULTS);
        if (fault.equals(DENIED)) {
            next(denials, operation);
        }
        return fault;
    }

    private static int next(Map<String, AtomicInteger> counters, String operation) {
        return counters.computeIfAbsent(operation, name -> new AtomicInteger()).getAndIncrement();
    }

    /** How many calls of an operation went wrong. */
    int faults(String operation) {
        return count(faults, operation);
    }

    /** How many of them were denied, which no client tries again. */
    int denials(String operation) {
        return count(denials, operation);
    }

    private static int count(Map<String, AtomicInteger> counters, String operation) {
        AtomicInteger count = counters.get(operation);
        return count == null ? 0 : count.get();
    }

    @Override
    public String toString() {
        return "rate %.3f, faults %s".formatted(rate, faults);
    }
}
