package io.github.camelsagemaker.async.tracking;

import io.github.camelsagemaker.async.internal.options.OptionCheck;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
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
    private final Map<String, List<Entry>> byLocation = new HashMap<>();
    private final Map<String, Set<Entry>> pendingByEndpoint = new HashMap<>();
    /** In the order of their ends, but for those whose locations were added afterwards. */
    private final Set<Entry> ended = new LinkedHashSet<>();

    public MemoryPendingInvocationStore() {
        this(DEFAULT_MAX_RECORDS);
    }

    /**
     * A store of another size.
     *
     * @param maxRecords how many records it holds at most, 1 or more
     */
    public MemoryPendingInvocationStore(int maxRecords) {
        OptionCheck.require(maxRecords >= 1, "maxRecords is " + maxRecords + ", but must be at least 1");
        this.maxRecords = maxRecords;
    }

    @Override
    public synchronized void add(PendingInvocation invocation) {
        Entry replaced = byKey.get(invocation.key());
        if (replaced != null && replaced.isPending()) {
            throw new DuplicateInferenceIdException(invocation.inferenceId());
        }
        if (replaced == null && byKey.size() >= maxRecords) {
            replaced = ended.stream()
                    .findFirst()
                    .orElseThrow(() -> new PendingStoreException("The memory store holds " + maxRecords
                            + " pending invocations, its limit (maxRecords). Raise it, send more slowly, or use a"
                            + " JdbcPendingInvocationStore"));
        }
        if (replaced != null) {
            takeOut(replaced);
        }
        putIn(new Entry(invocation, invocation.deadline(), null, null));
    }

    @Override
    public synchronized void addLocations(InvocationKey key, String output, String failure, String input) {
        Entry entry = byKey.get(key);
        if (entry != null) {
            replace(entry, entry.with(entry.record.withLocations(output, failure, input), entry.endedAt));
        }
    }

    @Override
    public synchronized void remove(InvocationKey key) {
        Entry entry = byKey.get(key);
        if (entry != null && entry.isPending()) {
            takeOut(entry);
        }
    }

    @Override
    public synchronized Optional<PendingInvocation> find(InvocationKey key) {
        return Optional.ofNullable(byKey.get(key)).map(entry -> entry.record);
    }

    @Override
    public synchronized Optional<PendingInvocation> findByLocation(String location) {
        return byLocation.getOrDefault(location, List.of()).stream()
                .max(Comparator.comparing(Entry::isPending).thenComparing(entry -> entry.record.created()))
                .map(entry -> entry.record);
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
            PendingInvocation ended = entry.record.withState(outcome, entry.record.expiredAt());
            replace(entry, entry.with(ended.withoutHeaders(), now));
        }
        return Optional.of(before);
    }

    @Override
    public synchronized boolean claim(InvocationKey key, PendingClaim claim) {
        return replaceIf(
                key,
                entry -> entry.claimId == null || entry.claimId.equals(claim.id()) || !entry.due.isAfter(claim.now()),
                entry -> entry.claimed(claim.id(), entry.due.isAfter(claim.until()) ? entry.due : claim.until()));
    }

    @Override
    public synchronized List<PendingInvocation> claimExpired(String endpointName, PendingClaim claim, int limit) {
        List<Entry> due = pendingOf(endpointName).stream()
                .takeWhile(entry -> !entry.due.isAfter(claim.now()))
                .limit(limit)
                .toList();
        due.forEach(entry -> replace(entry, entry.claimed(claim.id(), claim.until())));
        return due.stream().map(Entry::record).toList();
    }

    @Override
    public synchronized boolean release(InvocationKey key, PendingClaim claim, Instant notBefore) {
        return replaceIf(key, entry -> claim.id().equals(entry.claimId), entry -> entry.claimed(null, notBefore));
    }

    @Override
    public synchronized boolean confirmExpired(InvocationKey key, PendingClaim claim, Instant now) {
        return replaceIf(
                key,
                entry -> claim.id().equals(entry.claimId),
                entry -> entry.with(entry.record.withState(PendingState.EXPIRED, now), now));
    }

    @Override
    public synchronized PendingStatistics statistics(String endpointName) {
        Set<Entry> pending = pendingOf(endpointName);
        Map<PendingState, Long> outcomes = ended.stream()
                .map(entry -> entry.record)
                .filter(record -> record.endpointName().equals(endpointName))
                .collect(Collectors.groupingBy(PendingInvocation::state, Collectors.counting()));
        return new PendingStatistics(
                pending.size(),
                outcomes.getOrDefault(PendingState.COMPLETED, 0L),
                outcomes.getOrDefault(PendingState.FAILED, 0L),
                outcomes.getOrDefault(PendingState.EXPIRED, 0L),
                pending.stream()
                        .map(entry -> entry.record.created())
                        .min(Comparator.naturalOrder())
                        .orElse(null));
    }

    @Override
    public synchronized int purge(String endpointName, Instant endedBefore, int limit) {
        List<Entry> old = ended.stream()
                .filter(entry ->
                        entry.record.endpointName().equals(endpointName) && entry.endedAt.isBefore(endedBefore))
                .limit(limit)
                .toList();
        old.forEach(this::takeOut);
        return old.size();
    }

    /** Replaces a record that is pending, if a condition holds. */
    private boolean replaceIf(InvocationKey key, Predicate<Entry> condition, UnaryOperator<Entry> change) {
        Entry entry = byKey.get(key);
        boolean holds = entry != null && entry.isPending() && condition.test(entry);
        if (holds) {
            replace(entry, change.apply(entry));
        }
        return holds;
    }

    private void replace(Entry entry, Entry other) {
        takeOut(entry);
        putIn(other);
    }

    private void takeOut(Entry entry) {
        byKey.remove(entry.record.key());
        alike(entry).remove(entry);
        entry.places()
                .forEach(place -> byLocation.computeIfPresent(
                        place, (p, entries) -> entries.remove(entry) && entries.isEmpty() ? null : entries));
    }

    private void putIn(Entry entry) {
        byKey.put(entry.record.key(), entry);
        alike(entry).add(entry);
        entry.places().forEach(place -> byLocation
                .computeIfAbsent(place, p -> new ArrayList<>(1))
                .add(entry));
    }

    private Set<Entry> alike(Entry entry) {
        return entry.isPending() ? pendingOf(entry.record.endpointName()) : ended;
    }

    private Set<Entry> pendingOf(String endpointName) {
        return pendingByEndpoint.computeIfAbsent(endpointName, name -> new TreeSet<>(BY_DUE));
    }

    private record Entry(PendingInvocation record, Instant due, String claimId, Instant endedAt) {

        boolean isPending() {
            return record.state() == PendingState.PENDING;
        }

        Stream<String> places() {
            return Stream.of(record.outputLocation(), record.failureLocation()).filter(Objects::nonNull);
        }

        Entry claimed(String newClaimId, Instant newDue) {
            return new Entry(record, newDue, newClaimId, endedAt);
        }

        Entry with(PendingInvocation changed, Instant ended) {
            return new Entry(changed, due, claimId, ended);
        }
    }
}
