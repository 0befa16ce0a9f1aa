package io.github.camelsagemaker.async.tracking;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Remembers invocations from before their call until after their outcome was delivered. One store may serve many endpoints,
 * producers, consumers and nodes.
 *
 * <p><b>Threads.</b> Methods may block, and are called on worker threads only, many at once. They are never called on an
 * AWS SDK thread or on the caller's thread of an asynchronous producer.
 *
 * <p><b>Atomicity.</b> Each method is one step: it happened or it did not, and has happened for good when it returns, whatever
 * transaction the caller is in. Where a method has a condition, the condition and the change are one step among all nodes.
 *
 * <p><b>Errors.</b> A method that cannot do its work throws, preferably a {@link PendingStoreException} with the cause. After an exception
 * it is unknown whether the change happened; repeating any method but {@link #add} and {@link #claimExpired} does no harm.
 *
 * <p><b>Times</b> come from the callers' clocks. Nodes that share a store need clocks that differ by far less than the lease
 * (minutes).
 *
 * <p>A store that is a Camel service is started before its first use and stopped with the CamelContext.
 */
public interface PendingInvocationStore {

    /**
     * Adds the record of an invocation that is about to be sent. A record of the same key whose outcome was
     * delivered is replaced; a pending one is left as it is.
     *
     * @throws DuplicateInferenceIdException if the endpoint has the inference id pending
     */
    void add(PendingInvocation invocation);

    /** Adds what the call returned, as {@code s3://bucket/key}, in whatever state the record is by then. Nothing happens if there is no record. */
    void addLocations(InvocationKey key, String output, String failure, String input);

    /** Forgets a pending record: the call was refused, and the caller has the error. */
    void remove(InvocationKey key);

    /** The record of this key, in any state. */
    Optional<PendingInvocation> find(InvocationKey key);

    /**
     * The record whose output or failure is at this place, in any state. If there are several, the newest pending one, else the
     * newest.
     */
    Optional<PendingInvocation> findByLocation(String location);

    /**
     * Ends a record because its outcome was delivered. Claims on it become void. Its headers are still needed: after a crash the
     * result may come again.
     *
     * @param outcome COMPLETED or FAILED
     * @return the state before: PENDING; EXPIRED if it is a late one; COMPLETED or FAILED if it was delivered before, and then nothing
     *     changes; empty if there is no record
     */
    Optional<PendingState> end(InvocationKey key, PendingState outcome, Instant now);

    /**
     * Claims a pending record, or moves the end of the same claim on it, also if that had lapsed. What was to come later anyway, a
     * deadline or an earlier end of the claim, is never moved to an earlier time.
     *
     * @return false if there is no pending record, or another claim on it that has not lapsed at {@code claim.now()}
     */
    boolean claim(InvocationKey key, PendingClaim claim);

    /**
     * Claims pending records of an endpoint whose deadline and claims are over at {@code claim.now()}, earliest first. A record is
     * claimed by one claim at a time, until {@code claim.until()}.
     *
     * @return the claimed records; fewer than {@code limit} only if there were no more
     */
    List<PendingInvocation> claimExpired(String endpointName, PendingClaim claim, int limit);

    /**
     * Gives a claim back. The record stays pending and is not claimed before {@code notBefore}.
     *
     * @return false if somebody else claimed or ended the record since
     */
    boolean release(InvocationKey key, PendingClaim claim, Instant notBefore);

    /**
     * Makes a claimed record EXPIRED, because that was delivered.
     *
     * @return false if somebody else claimed or ended the record since
     */
    boolean confirmExpired(InvocationKey key, PendingClaim claim, Instant now);

    /** Counts the records of an endpoint. May look at all of them: call it when somebody asks. */
    PendingStatistics statistics(String endpointName);

    /**
     * Deletes records of an endpoint whose outcome was delivered before a time.
     *
     * @return how many were deleted, at most {@code limit}; 0 if there are none, or others deleted all that were seen
     */
    int purge(String endpointName, Instant endedBefore, int limit);
}
