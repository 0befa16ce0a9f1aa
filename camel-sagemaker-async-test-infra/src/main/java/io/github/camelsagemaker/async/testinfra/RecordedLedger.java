package io.github.camelsagemaker.async.testinfra;

import io.github.camelsagemaker.async.testinfra.sagemaker.Invocation;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Records what the servers tell. Thread-safe. */
final class RecordedLedger implements Ledger {

    private static final int MAX_REQUESTS = 200_000;

    private final Map<String, LongAdder> calls = new ConcurrentHashMap<>();
    private final Deque<Invocation> invocations = new ArrayDeque<>();
    private long acceptedCount;

    void called(String operation) {
        calls.computeIfAbsent(operation, name -> new LongAdder()).increment();
    }

    synchronized void accepted(Invocation invocation) {
        acceptedCount++;
        invocations.addLast(invocation);
        if (invocations.size() > MAX_REQUESTS) {
            invocations.removeFirst();
        }
    }

    @Override
    public synchronized List<AcceptedRequest> accepted() {
        return invocations.stream().map(Invocation::snapshot).toList();
    }

    @Override
    public synchronized AcceptedRequest accepted(String inferenceId) {
        for (Iterator<Invocation> latest = invocations.descendingIterator(); latest.hasNext(); ) {
            Invocation invocation = latest.next();
            if (invocation.inferenceId().equals(inferenceId)) {
                return invocation.snapshot();
            }
        }
        return null;
    }

    @Override
    public synchronized long acceptedCount() {
        return acceptedCount;
    }

    @Override
    public synchronized long count(Outcome outcome) {
        return invocations.stream().filter(i -> i.outcome() == outcome).count();
    }

    @Override
    public long calls(String operation) {
        LongAdder count = calls.get(operation);
        return count == null ? 0 : count.sum();
    }

    @Override
    public Map<String, Long> calls() {
        Map<String, Long> counts = new TreeMap<>();
        calls.forEach((operation, count) -> counts.put(operation, count.sum()));
        return counts;
    }

    @Override
    public synchronized void reset() {
        calls.clear();
        invocations.clear();
        acceptedCount = 0;
    }
}
