package io.github.camelsagemaker.async.tracking;

import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Keeps pending invocations in memory: for one node, and only until it ends. What was pending is then forgotten; use
 * {@link JdbcPendingInvocationStore} where that matters.
 *
 * <p>It holds at most {@code maxRecords} records, 100,000 by default. When it is full, records whose outcome was delivered make
 * room, oldest first; when all are pending, another one is refused before anything is sent. A record takes some 500 bytes
 * beside its headers.
 *
 * <p>Thread-safe; no method blocks for long.
 */
public class MemoryPendingInvocationStore implements PendingInvocationStore {

    private static final int DEFAULT_MAX_RECORDS = 100_000;
    private static final Comparator<Entry> BY_DUE =
            Comparator.<Entry, Instant>comparing(e -> e.due).thenComparing(e -> e.record.inferenceId());

    private final int maxRecords;
    private final Map<InvocationKey, Entry> byKey = new HashMap<>();
    private final Map<S3Location, List<Entry>> byLocation = new HashMap<>();
    private final Map<String, TreeSet<Entry>> pendingByEndpoint = new HashMap<>();
    private final LinkedHashMap<InvocationKey, Entry> ended = new LinkedHashMap<>();

    public MemoryPendingInvocationStore() {
        this(DEFAULT_MAX_RECORDS);
    }

    /**
     * A store of another size.
     *
     * @param maxRecords how many records it holds at most, 1 or more
     */
    public MemoryPendingInvocationStore(int maxRecords) {
        if (maxRecords < 1) {
            throw new IllegalArgumentException("maxRecords is " + maxRecords + ", but must be at least 1");
        }
        this.maxRecords = maxRecords;
    }

    @Override
    public synchronized void add(PendingInvocation invocation) {
        Entry old = byKey.get(invocation.key());
        if (old != null && old.isPending()) {
            throw new DuplicateInferenceIdException(invocation.inferenceId());
        }
        if (old != null) {
            drop(old);
        }
        if (byKey.size() >= maxRecords) {
            makeRoom();
        }
        Entry entry = new Entry(invocation);
        byKey.put(invocation.key(), entry);
        pendingOf(invocation.endpointName()).add(entry);
        entry.places().forEach(place -> indexPlace(place, entry));
    }

    private void makeRoom() {
        if (ended.isEmpty()) {
            throw new PendingStoreException("The memory store holds " + maxRecords + " pending invocations, its limit"
                    + " (maxRecords). Raise it, send more slowly, or use a JdbcPendingInvocationStore");
        }
        drop(ended.values().iterator().next());
    }

    private void drop(Entry entry) {
        byKey.remove(entry.record.key());
        ended.remove(entry.record.key());
        if (entry.isPending()) {
            pendingOf(entry.record.endpointName()).remove(entry);
        }
        entry.places().forEach(place -> unindexPlace(place, entry));
    }

    @Override
    public synchronized void addLocations(InvocationKey key, S3Location output, S3Location failure, S3Location input) {
        Entry entry = byKey.get(key);
        if (entry != null) {
            entry.places().forEach(place -> unindexPlace(place, entry));
            entry.record = entry.record.withLocations(output, failure, input);
            entry.places().forEach(place -> indexPlace(place, entry));
        }
    }

    @Override
    public synchronized void remove(InvocationKey key) {
        Entry entry = byKey.get(key);
        if (entry != null && entry.isPending()) {
            drop(entry);
        }
    }

    @Override
    public synchronized Optional<PendingInvocation> find(InvocationKey key) {
        return Optional.ofNullable(byKey.get(key)).map(entry -> entry.record);
    }

    @Override
    public synchronized Optional<PendingInvocation> findByLocation(S3Location location) {
        return byLocation.getOrDefault(location, List.of()).stream()
                .max(Comparator.comparing(Entry::isPending).thenComparing(entry -> entry.record.created()))
                .map(entry -> entry.record);
    }

    @Override
    public synchronized boolean hold(InvocationKey key, Instant now, Instant until) {
        Entry entry = byKey.get(key);
        if (entry == null || !entry.isPending() || (entry.claimId != null && entry.due.isAfter(now))) {
            return false;
        }
        reschedule(entry, e -> {
            e.claimId = null;
            e.due = e.due.isAfter(until) ? e.due : until;
        });
        return true;
    }

    @Override
    public synchronized Optional<PendingState> end(InvocationKey key, PendingState outcome, Instant now) {
        PendingState.requireOutcome(outcome);
        Entry entry = byKey.get(key);
        if (entry == null) {
            return Optional.empty();
        }
        PendingState before = entry.record.state();
        if (before == PendingState.PENDING || before == PendingState.EXPIRED) {
            // A crash, after which the result would come again, ends this store as well.
            finish(
                    entry,
                    entry.record.withState(outcome, entry.record.expiredAt()).withoutHeaders(),
                    now);
        }
        return Optional.of(before);
    }

    private void finish(Entry entry, PendingInvocation record, Instant now) {
        pendingOf(entry.record.endpointName()).remove(entry);
        entry.record = record;
        entry.claimId = null;
        entry.endedAt = now;
        // Taken out first, so that the map stays in the order of ends.
        ended.remove(record.key());
        ended.put(record.key(), entry);
    }

    @Override
    public synchronized List<PendingInvocation> claimExpired(String endpointName, PendingClaim claim, int limit) {
        List<Entry> due = new ArrayList<>();
        for (Entry entry : pendingOf(endpointName)) {
            if (due.size() == limit || entry.due.isAfter(claim.now())) {
                break;
            }
            due.add(entry);
        }
        for (Entry entry : due) {
            reschedule(entry, e -> {
                e.claimId = claim.id();
                e.due = claim.until();
            });
        }
        return due.stream().map(entry -> entry.record).toList();
    }

    @Override
    public synchronized boolean renew(InvocationKey key, PendingClaim claim) {
        return changeClaimed(key, claim, entry -> reschedule(entry, e -> e.due = claim.until()));
    }

    @Override
    public synchronized boolean release(InvocationKey key, PendingClaim claim, Instant notBefore) {
        return changeClaimed(
                key,
                claim,
                entry -> reschedule(entry, e -> {
                    e.claimId = null;
                    e.due = notBefore;
                }));
    }

    @Override
    public synchronized boolean confirmExpired(InvocationKey key, PendingClaim claim, Instant now) {
        return changeClaimed(
                key, claim, entry -> finish(entry, entry.record.withState(PendingState.EXPIRED, now), now));
    }

    private boolean changeClaimed(InvocationKey key, PendingClaim claim, Consumer<Entry> change) {
        Entry entry = byKey.get(key);
        if (entry == null || !entry.isPending() || !claim.id().equals(entry.claimId)) {
            return false;
        }
        change.accept(entry);
        return true;
    }

    @Override
    public synchronized PendingStatistics statistics(String endpointName) {
        Map<PendingState, Long> counts = new HashMap<>();
        Instant oldest = null;
        for (Entry entry : byKey.values()) {
            if (entry.record.endpointName().equals(endpointName)) {
                counts.merge(entry.record.state(), 1L, Long::sum);
                if (entry.isPending()
                        && (oldest == null || entry.record.created().isBefore(oldest))) {
                    oldest = entry.record.created();
                }
            }
        }
        return PendingStatistics.of(counts, oldest);
    }

    @Override
    public synchronized int purge(String endpointName, Instant endedBefore, int limit) {
        List<Entry> old = ended.values().stream()
                .takeWhile(entry -> entry.endedAt.isBefore(endedBefore))
                .filter(entry -> entry.record.endpointName().equals(endpointName))
                .limit(limit)
                .toList();
        old.forEach(this::drop);
        return old.size();
    }

    private TreeSet<Entry> pendingOf(String endpointName) {
        return pendingByEndpoint.computeIfAbsent(endpointName, name -> new TreeSet<>(BY_DUE));
    }

    /** A change of what the entry is sorted by. */
    private void reschedule(Entry entry, Consumer<Entry> change) {
        TreeSet<Entry> pending = pendingOf(entry.record.endpointName());
        pending.remove(entry);
        change.accept(entry);
        pending.add(entry);
    }

    private void indexPlace(S3Location place, Entry entry) {
        byLocation.computeIfAbsent(place, p -> new ArrayList<>(1)).add(entry);
    }

    private void unindexPlace(S3Location place, Entry entry) {
        byLocation.computeIfPresent(place, (p, entries) -> {
            entries.remove(entry);
            return entries.isEmpty() ? null : entries;
        });
    }

    private static final class Entry {

        private PendingInvocation record;
        private Instant due;
        private String claimId;
        private Instant endedAt;

        Entry(PendingInvocation record) {
            this.record = record;
            this.due = record.deadline();
        }

        boolean isPending() {
            return record.state() == PendingState.PENDING;
        }

        List<S3Location> places() {
            return Stream.of(record.outputLocation(), record.failureLocation())
                    .filter(Objects::nonNull)
                    .toList();
        }
    }
}
