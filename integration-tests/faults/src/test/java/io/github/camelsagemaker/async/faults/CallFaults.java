package io.github.camelsagemaker.async.faults;

import io.github.camelsagemaker.async.testinfra.Fault;
import io.github.camelsagemaker.async.testinfra.HttpCall;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Which calls of the component go wrong, and how. The fault of an operation's nth call depends on the seed alone. After so
 * many calls of an operation, or so long, none goes wrong, so that every trial comes to its end: a message that is put off waits for twice
 * the time that it has waited. Thread-safe.
 */
final class CallFaults implements Function<HttpCall, Fault> {

    private static final int FAULTY_CALLS = 40;
    private static final Duration FAULTY = Duration.ofSeconds(100);

    /** What the component calls while it runs; the rest is called by the infrastructure, or at a start. */
    static final Set<String> OPERATIONS = Set.of(
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
    private final Map<Mishap, AtomicInteger> mishaps = new ConcurrentHashMap<>();
    private final AtomicLong firstCall = new AtomicLong();

    CallFaults(Seeded seeded, double rate) {
        this.seeded = seeded;
        this.rate = rate;
    }

    @Override
    public Fault apply(HttpCall call) {
        String operation = call.operation();
        if (!OPERATIONS.contains(operation)) {
            return null;
        }
        int n = next(calls, operation);
        firstCall.compareAndSet(0, System.nanoTime());
        boolean isOver = n >= FAULTY_CALLS || System.nanoTime() - firstCall.get() > FAULTY.toNanos();
        if (isOver || seeded.unit("whether " + operation, n) >= rate) {
            return null;
        }
        next(faults, operation);
        Mishap mishap = seeded.pick("which " + operation, n, Mishap.values());
        next(mishaps, mishap);
        return mishap.fault();
    }

    private static <K> int next(Map<K, AtomicInteger> counters, K what) {
        return counters.computeIfAbsent(what, name -> new AtomicInteger()).getAndIncrement();
    }

    /** How many calls met each mishap so far. */
    Map<Mishap, Integer> mishaps() {
        Map<Mishap, Integer> counts = new EnumMap<>(Mishap.class);
        mishaps.forEach((mishap, count) -> counts.put(mishap, count.get()));
        return counts;
    }

    @Override
    public String toString() {
        return "faults " + new TreeMap<>(faults);
    }
}
