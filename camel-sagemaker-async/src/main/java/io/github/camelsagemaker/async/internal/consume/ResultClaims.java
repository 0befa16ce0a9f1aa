package io.github.camelsagemaker.async.internal.consume;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.spi.IdempotentRepository;

/**
 * What is in progress on this node, whichever route, session or consumer has it; and, besides, in a repository that nodes share.
 * A claim that such a repository did not take back is kept in mind: this node takes it up again if the result comes back, and
 * tries to give it back until it succeeds.
 *
 * <p>Thread-safe. Repositories may block; they are tried again on a thread of their own.
 */
public final class ResultClaims {

    private static final long FIRST_RETRY_MILLIS = 1_000;
    private static final long LAST_RETRY_MILLIS = 60_000;

    private final Supplier<ScheduledExecutorService> timers;
    private final Set<Local> held = ConcurrentHashMap.newKeySet();
    private final Map<Shared, Watcher> notGivenBack = new ConcurrentHashMap<>();
    private final Set<Watcher> worried = ConcurrentHashMap.newKeySet();
    private long retryMillis = FIRST_RETRY_MILLIS;
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
    }

    /** @param timers makes the thread that tries again, when it is needed for the first time */
    public ResultClaims(Supplier<ScheduledExecutorService> timers) {
        this.timers = timers;
    }

    /**
     * Takes a claim. If it is not taken, or this throws, nothing is held.
     *
     * @param scope within which the key means one result
     * @param shared a repository in which it is claimed besides, or null
     */
    boolean take(Exchange exchange, String scope, String key, IdempotentRepository shared) {
        Local local = new Local(scope, key);
        if (!held.add(local)) {
            return false;
        }
        boolean taken = false;
        try {
            taken = shared == null || notGivenBack.remove(new Shared(shared, key)) != null || shared.add(exchange, key);
        } finally {
            if (!taken) {
                held.remove(local);
            }
        }
        return taken;
    }

    boolean isHeld(String scope, String key, IdempotentRepository shared) {
        return held.contains(new Local(scope, key))
                || shared != null && !notGivenBack.containsKey(new Shared(shared, key)) && shared.contains(key);
    }

    /** Gives a claim back; one that the repository does not take is tried again. */
    void giveBack(Exchange exchange, String scope, String key, IdempotentRepository shared, Watcher watcher) {
        try {
            if (shared != null) {
                remove(exchange, key, shared, watcher);
            }
        } finally {
            held.remove(new Local(scope, key));
        }
    }

    private void remove(Exchange exchange, String key, IdempotentRepository shared, Watcher watcher) {
        try {
            shared.remove(exchange, key);
            givenBack(watcher);
        } catch (Throwable e) { // whatever a repository of the user throws
            worried.add(watcher);
            notGivenBack.put(new Shared(shared, key), watcher);
            retryLater();
            watcher.notGivenBack(key, e);
        }
    }

    private synchronized void retryLater() {
        if (timer == null) {
            timer = timers.get();
        }
        if (!retrying && !timer.isShutdown()) {
            retrying = true;
            timer.schedule(this::retryAll, retryMillis, TimeUnit.MILLISECONDS);
        }
    }

    private void retryAll() {
        synchronized (this) {
            retrying = false;
        }
        notGivenBack.forEach(this::retry);
        synchronized (this) {
            retryMillis = notGivenBack.isEmpty() ? FIRST_RETRY_MILLIS : Math.min(retryMillis * 2, LAST_RETRY_MILLIS);
        }
        if (!notGivenBack.isEmpty()) {
            retryLater();
        }
    }

    private void retry(Shared claim, Watcher watcher) {
        if (!notGivenBack.remove(claim, watcher)) {
            return;
        }
        try {
            claim.repository.remove(claim.key);
        } catch (Throwable e) { // tried again
            notGivenBack.put(claim, watcher);
            watcher.notGivenBack(claim.key, e);
            return;
        }
        givenBack(watcher);
    }

    private void givenBack(Watcher watcher) {
        if (!worried.isEmpty() && !notGivenBack.containsValue(watcher) && worried.remove(watcher)) {
            watcher.allGivenBack();
        }
    }

    /** Tries a last time to give back what repositories still hold, and forgets it. */
    public void close() {
        notGivenBack.forEach(this::retry);
        notGivenBack.clear();
        synchronized (this) {
            if (timer != null) {
                timer.shutdownNow();
                timer = null;
            }
        }
    }
}
