package io.github.camelsagemaker.async.faults;

import io.github.camelsagemaker.async.tracking.PendingInvocationStore;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;

/** What the nodes of a JVM share: what they remember, with the faults of that, and what they have in hand. Thread-safe. */
final class Repositories {

    private final Plan plan;
    private final PendingInvocationStore store;
    private final MemoryIdempotentRepository handled = new MemoryIdempotentRepository();
    private final MemoryIdempotentRepository inProgress = new MemoryIdempotentRepository();
    private final RepositoryFaults faults;
    private final Set<String> inHand = ConcurrentHashMap.newKeySet();

    /** @param store of pending invocations, or null */
    Repositories(Plan plan, PendingInvocationStore store) {
        this.plan = plan;
        this.store = store;
        this.faults = new RepositoryFaults(plan.seeded(), plan.repositoryRate());
    }

    /** For the node of this number. */
    void bind(Registry registry, int node, Journal.Part journal) {
        registry.bind("handled", faults.in(IdempotentRepository.class, handled, Set.of(), call -> {
            // After it, none of the result's keys is remembered.
            if (call.equals("add") || call.equals("confirm")) {
                journal.forgot();
            }
        }));
        // Nobody could tell a claim that was made all the same from another node's: it would stay until it expires.
        registry.bind("inProgress", faults.in(IdempotentRepository.class, inProgress, Set.of("add"), call -> {}));
        if (store != null) {
            PendingInvocationStore own =
                    node == plan.nodes() - 1 ? OtherClock.of(PendingInvocationStore.class, store, plan.ahead()) : store;
            registry.bind("pending", faults.in(PendingInvocationStore.class, own, Set.of(), call -> {}));
        }
    }

    /** A result goes into a route. False if it is in one already. */
    boolean take(String result) {
        return inHand.add(result);
    }

    void giveBack(String result) {
        inHand.remove(result);
    }

    /** What is claimed, though nobody has it in hand. */
    Set<String> claims() {
        return plan.hasRepositories() ? Set.copyOf(inProgress.getCache().keySet()) : Set.of();
    }

    /** How many calls failed. */
    int failures() {
        return faults.count();
    }
}
