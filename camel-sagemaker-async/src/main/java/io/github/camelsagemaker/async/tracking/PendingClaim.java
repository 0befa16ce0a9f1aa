package io.github.camelsagemaker.async.tracking;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * A right, for a time, to deliver the end of the records claimed with it: a result, or the expiry.
 *
 * @param id distinguishes this claim from others, of any node; those who deliver results have one in common
 * @param now the time of the claim
 * @param until when it lapses unless renewed
 */
public record PendingClaim(String id, Instant now, Instant until) {

    /** A claim of its own id, for expiries. */
    public static PendingClaim of(Instant now, Duration lease) {
        return new PendingClaim(UUID.randomUUID().toString(), now, now.plus(lease));
    }

    /** The claim of all who deliver results: the same may be on its way more than once. */
    public static PendingClaim ofResult(Instant now, Duration lease) {
        return new PendingClaim("result", now, now.plus(lease));
    }

    /** The same claim, lapsing later. */
    public PendingClaim renewed(Instant newNow, Duration lease) {
        return new PendingClaim(id, newNow, newNow.plus(lease));
    }
}
