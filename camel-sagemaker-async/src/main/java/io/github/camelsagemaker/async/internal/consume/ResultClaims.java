package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.internal.concurrent.Backoff;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.observe.ResultObserver;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.spi.IdempotentRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is in progress on this node, whichever route, session or consumer has it; and, besides, in a repository that nodes share.
 * A claim that such a repository did not take back is kept in mind: this node takes it up again if the result comes back, and
 * tries to give it back until it succeeds.
 *
 * <p>Thread-safe. Repositories may block; they are tried again on the workers.
 */
public final class ResultClaims {

    private static final Logger LOG = LoggerFactory.getLogger(ResultClaims.class);

    private static final String OPTION = "inProgressRepository";

    /** So long what is there after a call that failed is not taken for this node's claim: it may be another's. */
    private static final Duration UNSURE = Duration.ofMinutes(1);

    /** What is there so soon after a removal that failed was not removed. */
    private static final Duration AT_ONCE = Duration.ofSeconds(1);

    private final Executor workers;
    private final Set<Local> held = ConcurrentHashMap.newKeySet();
    private final Map<Shared, Left> left = new ConcurrentHashMap<>();
    private final Backoff backoff = new Backoff(1_000, 60_000);
    private boolean retrying;
    LongSupplier nanoTime = System::nanoTime;

    /**
     * @param scope within which a key means one result
     * @param repository where claims are made besides, shared among nodes; null if this node is enough
     * @param observer receives whether the repository takes claims back
     * @param reporter receives what it does not take back; never throws
     */
    record Claimant(
            String scope,
            IdempotentRepository repository,
            ResultObserver observer,
            BiConsumer<String, Throwable> reporter) {}

    /** A claim on this node. */
    private record Local(String scope, String key) {}

    /** A claim in a repository. */
    private record Shared(IdempotentRepository repository, String key) {}

    /** @param unsureSince when an adding or a removal failed, which may have taken effect; null if this node's claim is there */
    private record Left(Claimant claimant, Local local, Long unsureSince) {}

    public ResultClaims(Executor workers) {
        this.workers = workers;
    }

    /**
     * @param shared whether it is taken in the claimant's repository besides, if there is one
     * @return gives the claim back, later if the repository does not take it; null if somebody else has it. If this throws, nothing is held
     */
    Runnable take(Exchange exchange, Claimant claimant, String key, boolean shared) {
        Local local = new Local(claimant.scope, key);
        if (!held.add(local)) {
            return null;
        }
        boolean isShared = shared && claimant.repository != null;
        Shared claim = new Shared(claimant.repository, key);
        boolean taken = false;
        try {
            taken = !isShared || takeUp(claim) || add(exchange, claim, new Left(claimant, local, nanoTime.getAsLong()));
        } finally {
            if (!taken) {
                held.remove(local);
            }
        }
        if (!taken) {
            return null;
        }
        return () -> {
            try {
                if (isShared) {
                    giveBack(claim, new Left(claimant, local, null), () -> claim.repository.remove(exchange, key));
                }
            } finally {
                held.remove(local);
            }
        };
    }

    /** Whether the claim is there because this node could not remove it. */
    private boolean takeUp(Shared claim) {
        Left before = left.get(claim);
        if (before == null || before.unsureSince == null) {
            return before != null && left.remove(claim, before);
        }
        giveBackAgain(claim, before, false);
        return false;
    }

    /** What is there no more is nobody's; what stays as long as no exchange takes is this node's, and is removed. False if that is not known yet. */
    private boolean giveBackAgain(Shared claim, Left before, boolean last) {
        boolean isUnsure = before.unsureSince != null;
        boolean isThere = !isUnsure || claim.repository.contains(claim.key);
        if (isUnsure && isThere && !last && nanoTime.getAsLong() - before.unsureSince < UNSURE.toNanos()) {
            return false;
        }
        if (left.remove(claim, before)) {
            giveBack(claim, before, isThere ? () -> claim.repository.remove(claim.key) : () -> {});
        }
        return true;
    }

    private boolean add(Exchange exchange, Shared claim, Left ifItFails) {
        if (claim.repository.contains(exchange, claim.key)) {
            return false;
        }
        try {
            return claim.repository.add(exchange, claim.key);
        } catch (Throwable e) {
            if (isLostRace(e)) {
                return false;
            }
            // It may have taken effect all the same; what is there later may be another node's as well.
            left.put(claim, ifItFails);
            retryLater();
            throw e;
        }
    }

    /** Repositories in a database may tell so of a key that another node has added since (SQL's class 23). */
    private static boolean isLostRace(Throwable failure) {
        return Futures.causes(failure)
                .anyMatch(t -> t instanceof SQLException sql
                        && String.valueOf(sql.getSQLState()).startsWith("23"));
    }

    boolean isHeld(Claimant claimant, String key) {
        return held.contains(new Local(claimant.scope, key));
    }

    /** Whether another node may have it. */
    boolean isHeldElsewhere(Claimant claimant, String key) {
        if (claimant.repository == null) {
            return false;
        }
        Left own = left.get(new Shared(claimant.repository, key));
        return (own == null || own.unsureSince != null) && claimant.repository.contains(key);
    }

    private void giveBack(Shared claim, Left claimed, Runnable removal) {
        Claimant claimant = claimed.claimant;
        long begun = nanoTime.getAsLong();
        try {
            removal.run();
        } catch (Throwable e) { // whatever a repository of the user throws
            left.put(claim, new Left(claimant, claimed.local, isThereAtOnce(claim, begun) ? null : begun));
            retryLater();
            claimant.observer.called(OPTION, e);
            claimant.reporter.accept(
                    "The claim on '" + claim.key + "' could not be removed from the " + OPTION
                            + "; it is tried again, and other nodes pass the result over until then",
                    e);
            return;
        }
        if (left.values().stream().noneMatch(other -> other.claimant == claimant && other.unsureSince == null)) {
            claimant.observer.called(OPTION, null);
        }
    }

    private boolean isThereAtOnce(Shared claim, long since) {
        try {
            return claim.repository.contains(claim.key) && nanoTime.getAsLong() - since < AT_ONCE.toNanos();
        } catch (Throwable e) { // as above
            LOG.debug("Whether the claim on '{}' is still there is not known", claim.key, e);
            return false;
        }
    }

    private synchronized void retryLater() {
        if (!retrying) {
            Futures.later(backoff.next(), workers, this::retryAll);
            retrying = true;
        }
    }

    private void retryAll() {
        synchronized (this) {
            retrying = false;
        }
        retryEach(false);
        synchronized (this) {
            if (left.isEmpty()) {
                backoff.reset();
            }
        }
    }

    /** Each once: what is put back while the map is walked through may be met again, and again. What is in hand is not touched. */
    private void retryEach(boolean last) {
        Map.copyOf(left).forEach((claim, before) -> {
            if (held.add(before.local)) {
                try {
                    if (!giveBackAgain(claim, before, last)) {
                        retryLater();
                    }
                } catch (Throwable e) { // whatever a repository of the user throws
                    LOG.debug("Whether '{}' is claimed is still not known", claim.key, e);
                    retryLater();
                } finally {
                    held.remove(before.local);
                }
            }
        });
    }

    /** Tries a last time to give back what repositories still hold, and forgets it; but not what exchanges of a stop by force give back later. */
    public void close() {
        retryEach(true);
        left.clear();
    }
}
