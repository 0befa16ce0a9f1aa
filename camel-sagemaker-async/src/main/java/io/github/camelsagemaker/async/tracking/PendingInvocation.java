package io.github.camelsagemaker.async.tracking;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * One tracked invocation. Times are kept to the millisecond.
 *
 * @param inferenceId the request's inference id, unique among pending invocations of the endpoint
 * @param endpointName the SageMaker endpoint
 * @param state what is known of it
 * @param created when the record was made, just before the call
 * @param deadline from when on no result is expected any more
 * @param expiredAt when EXPIRED was delivered; null if it never was. A result delivered after it is late
 * @param outputLocation where the output is or will be, as {@code s3://bucket/key}; null until the call returned
 * @param failureLocation where a failure would be; null until the call returned, or when the endpoint has no failure path
 * @param inputLocation where the payload is in S3; null when it travelled inline, or is not known
 * @param headers the request's headers as JSON text, opaque to a store
 */
public record PendingInvocation(
        String inferenceId,
        String endpointName,
        PendingState state,
        Instant created,
        Instant deadline,
        Instant expiredAt,
        String outputLocation,
        String failureLocation,
        String inputLocation,
        String headers) {

    public PendingInvocation {
        new InvocationKey(endpointName, inferenceId); // checks them
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(headers, "headers");
        created = created.truncatedTo(ChronoUnit.MILLIS);
        deadline = deadline.truncatedTo(ChronoUnit.MILLIS);
        expiredAt = expiredAt == null ? null : expiredAt.truncatedTo(ChronoUnit.MILLIS);
    }

    /** The record of an invocation that is about to be sent. */
    public static PendingInvocation pending(
            String inferenceId, String endpointName, Instant created, Instant deadline, String headers) {
        return new PendingInvocation(
                inferenceId, endpointName, PendingState.PENDING, created, deadline, null, null, null, null, headers);
    }

    public InvocationKey key() {
        return new InvocationKey(endpointName, inferenceId);
    }

    /** The same with the places the call returned, any of which may be null. */
    public PendingInvocation withLocations(String output, String failure, String input) {
        return with(state, expiredAt, output, failure, input, headers);
    }

    /** The same in another state. */
    public PendingInvocation withState(PendingState newState, Instant newExpiredAt) {
        return with(newState, newExpiredAt, outputLocation, failureLocation, inputLocation, headers);
    }

    PendingInvocation withoutHeaders() {
        return with(state, expiredAt, outputLocation, failureLocation, inputLocation, "{}");
    }

    private PendingInvocation with(
            PendingState s, Instant expired, String output, String failure, String input, String text) {
        return new PendingInvocation(
                inferenceId, endpointName, s, created, deadline, expired, output, failure, input, text);
    }

    /** Whether the result or the failure would be at this place. */
    public boolean isAt(String location) {
        return location != null && (location.equals(outputLocation) || location.equals(failureLocation));
    }

    /** Never shows headers. */
    @Override
    public String toString() {
        return state + " " + endpointName + "/" + inferenceId;
    }
}
