package io.github.camelsagemaker.async.tracking;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * A right, for a time, to deliver the expiry of the records claimed with it.
 *
 * @param id tells this claim from every other, of any node
 * @param now the time of the claim; records whose deadline is later are not claimed
 * @param until when it lapses unless renewed
 */
public record PendingClaim(String id, Instant now, Instant until) {

    /** A claim of its own id. */
    public static PendingClaim of(Instant now, Duration lease) {
        return new PendingClaim(UUID.randomUUID().toString(), now, now.plus(lease));
    }

    /** The same claim, lapsing later. */
    public PendingClaim renewed(Instant newNow, Duration lease) {
        return new PendingClaim(id, newNow, newNow.plus(lease));
    }
}
