package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.internal.concurrent.Backoff;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.spi.IdempotentRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is in progress on this node, whichever route, session or consumer has it; and, besides, in a repository that nodes share.
 * A claim that such a repository did not take back is kept in mind: this node takes it up again if the result comes back, and
 * tries to give it back until it succeeds.
 *
 * <p>Thread-safe. Repositories may block; they are tried again on a thread of their own.
 */
public final class ResultClaims {

    private static final Logger LOG = LoggerFactory.getLogger(ResultClaims.class);

    private final Supplier<ScheduledExecutorService> timers;
    private final Set<Local> held = ConcurrentHashMap.newKeySet();
    private final Map<Shared, Watcher> notGivenBack = new ConcurrentHashMap<>();
    private final Set<Watcher> worried = ConcurrentHashMap.newKeySet();
    private final Backoff backoff = new Backoff(1_000, 60_000);
    private ScheduledExecutorService timer;
    private boolean retrying;

    /** A claim on this node. */
    private record Local(String scope, String key) {}

    /** A claim in a repository. */
    private record Shared(IdempotentRepository repository, String key) {}

    /** Is told how giving back goes. */
    public interface Watcher {

        /** A claim could not be given back; it is tried again. */
        void notGivenBack(String key, Throwable failure);

        /** Every claim of this watcher's was given back. */
        void allGivenBack();

        /** Somebody asked for a claim. */
        void asked(String key, boolean isHeldElsewhere);
    }

    /** @param timers makes the thread that tries again, when it is needed for the first time */
    public ResultClaims(Supplier<ScheduledExecutorService> timers) {
        this.timers = timers;
    }

    /**
     * Takes a claim.
     *
     * @param scope within which the key means one result
     * @param shared a repository in which it is claimed besides, or null
     * @return gives the claim back, at a later time if the repository does not take it; null if somebody else has it. If this throws,
     *     nothing is held
     */
    Runnable take(Exchange exchange, String scope, String key, IdempotentRepository shared, Watcher watcher) {
        Local local = new Local(scope, key);
        if (!held.add(local)) {
            return null;
        }
        boolean taken = false;
        try {
            taken = shared == null
                    || notGivenBack.remove(new Shared(shared, key)) != null
                    || add(exchange, new Shared(shared, key), watcher);
        } finally {
            if (!taken) {
                held.remove(local);
            }
        }
        return taken ? () -> giveBack(exchange, local, shared, watcher) : null;
    }

    private boolean add(Exchange exchange, Shared claim, Watcher watcher) {
        if (claim.repository.contains(exchange, claim.key)) {
            return false;
        }
        try {
            return claim.repository.add(exchange, claim.key);
        } catch (Throwable e) {
            if (isLostRace(e)) {
                return false;
            }
            // It may have taken effect, and nobody had the key a moment ago: left as it is, no node would ever get the
            // result.
            notGivenBack.put(claim, watcher);
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

    boolean isHeld(String scope, String key, IdempotentRepository shared) {
        return held.contains(new Local(scope, key))
                || shared != null && !notGivenBack.containsKey(new Shared(shared, key)) && shared.contains(key);
    }

    private void giveBack(Exchange exchange, Local local, IdempotentRepository shared, Watcher watcher) {
        try {
            if (shared != null) {
                giveBack(new Shared(shared, local.key), watcher, () -> shared.remove(exchange, local.key));
            }
        } finally {
            held.remove(local);
        }
    }

    private void giveBack(Shared claim, Watcher watcher, Runnable removal) {
        try {
            removal.run();
        } catch (Throwable e) { // whatever a repository of the user throws
            worried.add(watcher);
            notGivenBack.put(claim, watcher);
            try {
                retryLater();
                watcher.notGivenBack(claim.key, e);
            } catch (Throwable untold) { // no thread, or a handler that throws; nothing else may be kept from its end
                LOG.warn("The claim on '{}' could not be removed from its repository", claim.key, untold);
            }
            return;
        }
        if (!worried.isEmpty() && !notGivenBack.containsValue(watcher) && worried.remove(watcher)) {
            watcher.allGivenBack();
        }
    }

    private synchronized void retryLater() {
        if (timer == null) {
            timer = timers.get();
        }
        if (!retrying && !timer.isShutdown()) {
            timer.schedule(this::retryAll, backoff.next(), TimeUnit.MILLISECONDS);
            retrying = true;
        }
    }

    private void retryAll() {
        synchronized (this) {
            retrying = false;
        }
        retryEach();
        synchronized (this) {
            if (notGivenBack.isEmpty()) {
                backoff.reset();
            }
        }
    }

    /** Each once: what is put back while the map is walked through may be met again, and again. */
    private void retryEach() {
        Map.copyOf(notGivenBack).forEach((claim, watcher) -> {
            if (notGivenBack.remove(claim, watcher)) {
                giveBack(claim, watcher, () -> claim.repository.remove(claim.key));
            }
        });
    }

    /** Tries a last time to give back what repositories still hold, and forgets it. */
    public void close() {
        retryEach();
        notGivenBack.clear();
        synchronized (this) {
            retrying = false;
            backoff.reset();
            if (timer != null) {
                timer.shutdownNow();
                timer = null;
            }
        }
    }
}
