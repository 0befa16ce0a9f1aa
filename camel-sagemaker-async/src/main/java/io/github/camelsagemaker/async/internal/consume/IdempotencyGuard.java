package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.internal.consume.ResultClaims.Claimant;
import io.github.camelsagemaker.async.internal.options.Digest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.spi.IdempotentRepository;

/**
 * Which results were handled, and which are being handled: what makes a duplicate a duplicate.
 *
 * <p>A result is first claimed among what is in progress, then looked up in the idempotent repository; it is remembered there
 * after its exchange succeeded (eager: before it starts, and forgotten if it fails). Keys of more than
 * {@value #MAX_KEY_LENGTH} characters are replaced by their SHA-256, because repositories limit the length: the JDBC one of
 * Camel has {@code VARCHAR(100)}.
 *
 * <p>As thread-safe as the repositories, which may block. Their exceptions go to the caller.
 *
 * @param isEager whether a key is remembered before the exchange: then a duplicate may never have succeeded
 * @param notForgotten keys of attempts that failed, in eager mode, which the repository did not take back: they are no duplicates; thread-safe
 */
record IdempotencyGuard(
        IdempotentRepository handled,
        ResultClaims claims,
        Claimant claimant,
        boolean isEager,
        Set<String> notForgotten) {

    private static final int MAX_KEY_LENGTH = 100;

    /** What a claim found: the result is the caller's, was handled before, or somebody is handling it. */
    enum Found {
        NEW,
        DUPLICATE,
        IN_PROGRESS
    }

    boolean isAnyHandled(Collection<String> keys) {
        return keys.stream().anyMatch(key -> handled.contains(stored(key)));
    }

    /** Whether a result of this key, or of this place, of whatever version, is being handled. */
    boolean isInProgress(String key, String place) {
        return claims.isHeld(claimant, stored(key))
                || claims.isHeld(claimant, stored(place))
                || observed(key, claims.isHeldElsewhere(claimant, stored(key)));
    }

    private boolean observed(String key, boolean isHeldElsewhere) {
        if (claimant.repository() != null) {
            claimant.observer().asked(named(key), isHeldElsewhere);
        }
        return isHeldElsewhere;
    }

    /** The key, and what a repository has instead. */
    static String named(String key) {
        return key.equals(stored(key)) ? key : key + "' as '" + stored(key);
    }

    /** All that is held for one result, until {@link #release}. Not thread-safe: its steps follow each other. */
    final class Claim {

        private final Exchange exchange;
        private final Map<String, Runnable> held = new LinkedHashMap<>();
        private final List<String> remembered = new ArrayList<>(2);

        Claim(Exchange exchange) {
            this.exchange = exchange;
        }

        /** Any of {@code duplicates}, and in eager mode of {@code eagerly}, which is remembered now, makes it a duplicate if it is there. */
        Found take(String key, Collection<String> duplicates, Collection<String> eagerly) {
            if (!hold(key, true)) {
                return Found.IN_PROGRESS;
            }
            takeBack(duplicates);
            takeBack(eagerly);
            boolean isThere = duplicates.stream()
                            .map(IdempotencyGuard::stored)
                            .anyMatch(known -> !remembered.contains(known) && handled.contains(exchange, known))
                    || isEager
                            && !eagerly.stream().map(IdempotencyGuard::stored).allMatch(this::addEagerly);
            return isThere ? Found.DUPLICATE : Found.NEW;
        }

        /** Lets listings pass over the place: which version this is may not be known yet. */
        void markPlace(String place) {
            hold(place, false);
        }

        private boolean hold(String key, boolean shared) {
            String stored = stored(key);
            if (held.containsKey(stored)) {
                return true;
            }
            Runnable release = claims.take(exchange, claimant, stored, shared);
            if (shared) {
                observed(key, release == null && !claims.isHeld(claimant, stored));
            }
            if (release == null) {
                return false;
            }
            held.put(stored, release);
            return true;
        }

        private boolean addEagerly(String key) {
            if (remembered.contains(key)) {
                return true;
            }
            // First: if the repository throws, it may be there all the same, and nobody else handles this result.
            remembered.add(key);
            return handled.add(exchange, key) || !remembered.remove(key);
        }

        /** Removes what an attempt that failed has remembered; while that fails, the result waits. */
        private void takeBack(Collection<String> keys) {
            keys.stream()
                    .map(IdempotencyGuard::stored)
                    .filter(notForgotten::contains)
                    .forEach(key -> {
                        handled.remove(exchange, key);
                        notForgotten.remove(key);
                    });
        }

        /** Each key that the repository takes, also if it fails with another. If it throws as another node was faster (JDBC), it has the key. */
        void remember(Collection<String> keys) {
            List<RuntimeException> failures = new ArrayList<>();
            for (String key : keys) {
                try {
                    remember(stored(key));
                } catch (RuntimeException e) {
                    failures.add(e);
                }
            }
            if (!failures.isEmpty()) {
                throw failures.get(0);
            }
        }

        private void remember(String stored) {
            if (!remembered.contains(stored)) {
                try {
                    handled.add(exchange, stored);
                } catch (RuntimeException e) {
                    if (!handled.contains(exchange, stored)) {
                        throw e;
                    }
                }
                remembered.add(stored);
            }
            handled.confirm(exchange, stored);
        }

        /** Nothing must keep the result from another attempt, or a new one of the same name from being emitted. */
        void forget() {
            notForgotten.addAll(remembered);
            takeBack(remembered);
            remembered.clear();
        }

        void release() {
            List<Runnable> releases = new ArrayList<>(held.values());
            held.clear();
            // What it was claimed by goes last: whoever takes that must find the place free.
            Collections.reverse(releases);
            releases.forEach(Runnable::run);
        }
    }

    private static String stored(String key) {
        return key.length() <= MAX_KEY_LENGTH ? key : "sha256:" + Digest.sha256(key);
    }
}
