package io.github.camelsagemaker.async.testinfra;

import io.github.camelsagemaker.async.testinfra.sagemaker.Invocation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Records what the servers tell. Thread-safe. */
final class RecordedLedger implements Ledger {

    private static final int MAX_REQUESTS = 200_000;

    private final Map<String, LongAdder> calls = new ConcurrentHashMap<>();
    private final Map<String, Invocation> invocations = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Invocation> eldest) {
            return size() > MAX_REQUESTS;
        }
    };
    private long acceptedCount;

    void called(String operation) {
        calls.computeIfAbsent(operation, name -> new LongAdder()).increment();
    }

    synchronized void accepted(Invocation invocation) {
        acceptedCount++;
        invocations.put(invocation.outputName(), invocation);
    }

    @Override
    public synchronized List<AcceptedRequest> accepted() {
        return invocations.values().stream().map(Invocation::snapshot).toList();
    }

    @Override
    public synchronized AcceptedRequest accepted(String inferenceId) {
        AcceptedRequest found = null;
        for (Invocation invocation : invocations.values()) {
            if (invocation.inferenceId().equals(inferenceId)) {
                found = invocation.snapshot();
            }
        }
        return found;
    }

    @Override
    public synchronized long acceptedCount() {
        return acceptedCount;
    }

    @Override
    public synchronized long count(Outcome outcome) {
        return invocations.values().stream().filter(i -> i.outcome() == outcome).count();
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
