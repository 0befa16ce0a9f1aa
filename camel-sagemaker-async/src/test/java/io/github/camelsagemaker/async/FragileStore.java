package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.tracking.InvocationKey;
import io.github.camelsagemaker.async.tracking.MemoryPendingInvocationStore;
import io.github.camelsagemaker.async.tracking.PendingClaim;
import io.github.camelsagemaker.async.tracking.PendingInvocation;
import io.github.camelsagemaker.async.tracking.PendingInvocationStore;
import io.github.camelsagemaker.async.tracking.PendingState;
import io.github.camelsagemaker.async.tracking.PendingStatistics;
import io.github.camelsagemaker.async.tracking.PendingStoreException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A store that can be down, as a whole or for the end of records, and that notes which threads called it. */
final class FragileStore implements PendingInvocationStore {

    final Set<String> threads = ConcurrentHashMap.newKeySet();
    volatile boolean down;
    volatile boolean downForEnds;
    volatile boolean downForLocations;
    final AtomicInteger locationsToRefuse = new AtomicInteger();
    private final PendingInvocationStore store = new MemoryPendingInvocationStore();

    private PendingInvocationStore store() {
        threads.add(Thread.currentThread().getName());
        if (down) {
            throw new PendingStoreException("the store is down");
        }
        return store;
    }

    @Override
    public void add(PendingInvocation invocation) {
        store().add(invocation);
    }

    @Override
    public void addLocations(InvocationKey key, String output, String failure, String input) {
        if (downForLocations || locationsToRefuse.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new PendingStoreException("the store is down");
        }
        store().addLocations(key, output, failure, input);
    }

    @Override
    public void remove(InvocationKey key) {
        store().remove(key);
    }

    @Override
    public Optional<PendingInvocation> find(InvocationKey key) {
        return store().find(key);
    }

    @Override
    public Optional<PendingInvocation> findByLocation(String location) {
        return store().findByLocation(location);
    }

    @Override
    public boolean claim(InvocationKey key, PendingClaim claim) {
        return store().claim(key, claim);
    }

    @Override
    public Optional<PendingState> end(InvocationKey key, PendingState outcome, Instant now) {
        if (downForEnds) {
            throw new PendingStoreException("the store is down");
        }
        return store().end(key, outcome, now);
    }

    @Override
    public List<PendingInvocation> claimExpired(String endpointName, PendingClaim claim, int limit) {
        return store().claimExpired(endpointName, claim, limit);
    }

    @Override
    public boolean release(InvocationKey key, PendingClaim claim, Instant notBefore) {
        return store().release(key, claim, notBefore);
    }

    @Override
    public boolean confirmExpired(InvocationKey key, PendingClaim claim, Instant now) {
        return store().confirmExpired(key, claim, now);
    }

    @Override
    public PendingStatistics statistics(String endpointName) {
        return store().statistics(endpointName);
    }

    @Override
    public int purge(String endpointName, Instant endedBefore, int limit) {
        return store().purge(endpointName, endedBefore, limit);
    }
}
