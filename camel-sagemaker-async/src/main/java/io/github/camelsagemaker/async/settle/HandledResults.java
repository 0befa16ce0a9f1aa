package io.github.camelsagemaker.async.settle;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.camel.Exchange;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;

/**
 * Which results were handled, and which are being handled: what makes a duplicate a duplicate.
 *
 * <p>A result is first held in the in-progress repository, then looked up in the idempotent one; it is remembered there
 * after its exchange succeeded (eager: before it starts, and forgotten if it fails). Keys of more than
 * {@value #MAX_KEY_LENGTH} characters are replaced by their SHA-256, because repositories limit the length: the JDBC one of
 * Camel has {@code VARCHAR(100)}.
 *
 * <p>As thread-safe as the repositories, which may block. Their exceptions go to the caller.
 */
public final class HandledResults {

    /** The longest key given to a repository as it is. */
    public static final int MAX_KEY_LENGTH = 100;

    private final IdempotentRepository handled;
    private final IdempotentRepository inProgress;
    private final boolean eager;

    public HandledResults(IdempotentRepository handled, IdempotentRepository inProgress, boolean eager) {
        this.handled = handled;
        this.inProgress = inProgress;
        this.eager = eager;
    }

    /** Whether both repositories are Camel's in memory, which never block. */
    public boolean isInMemory() {
        // A subclass may do anything.
        return handled.getClass() == MemoryIdempotentRepository.class
                && inProgress.getClass() == MemoryIdempotentRepository.class;
    }

    /** What a claim found. */
    public enum Claim {
        /** The result is the caller's, who must {@link #release} it. */
        TAKEN,
        /** It was handled before. The claim is held, so the caller must {@link #release} it. */
        DUPLICATE,
        /** Someone is handling it; there is nothing to release. */
        IN_PROGRESS
    }

    /** Claims a result for one exchange. If this throws, nothing is held. */
    public Claim claim(Exchange exchange, String key) {
        String stored = stored(key);
        if (!inProgress.add(exchange, stored)) {
            return Claim.IN_PROGRESS;
        }
        try {
            boolean fresh = eager ? handled.add(exchange, stored) : !handled.contains(exchange, stored);
            return fresh ? Claim.TAKEN : Claim.DUPLICATE;
        } catch (RuntimeException e) {
            inProgress.remove(exchange, stored);
            throw e;
        }
    }

    /**
     * Remembers that the result was handled. A repository that throws because another node was faster (JDBC) has the key
     * then, and is content.
     */
    public void remember(Exchange exchange, String key) {
        String stored = stored(key);
        if (!eager) {
            try {
                handled.add(exchange, stored);
            } catch (RuntimeException e) {
                if (!handled.contains(exchange, stored)) {
                    throw e;
                }
            }
        }
        handled.confirm(exchange, stored);
    }

    /** The exchange failed: nothing must keep the result from another attempt. */
    public void failed(Exchange exchange, String key) {
        if (eager) {
            handled.remove(exchange, stored(key));
        }
    }

    /** Forgets a result whose object is gone, so that a new one of the same name is no duplicate. */
    public void forget(Exchange exchange, String key) {
        handled.remove(exchange, stored(key));
    }

    /** Ends a claim. */
    public void release(Exchange exchange, String key) {
        inProgress.remove(exchange, stored(key));
    }

    public boolean isHandled(String key) {
        return handled.contains(stored(key));
    }

    public boolean isInProgress(String key) {
        return inProgress.contains(stored(key));
    }

    private static String stored(String key) {
        if (key.length() <= MAX_KEY_LENGTH) {
            return key;
        }
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return "sha256:" + HexFormat.of().formatHex(sha256.digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
