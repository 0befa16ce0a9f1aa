package io.github.camelsagemaker.async.testinfra.sagemaker;

import io.github.camelsagemaker.async.testinfra.AcceptedRequest;
import io.github.camelsagemaker.async.testinfra.Outcome;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;

/** An accepted request on its way. Thread-safe. */
public final class Invocation {

    private final InvokeRequest request;
    private final String inferenceId;
    private final Place output;
    private final Place failure;
    private final boolean https;
    private final String region;
    private final Instant acceptedAt;

    private final AtomicBoolean claimed = new AtomicBoolean();

    private byte[] body;
    private long bodyLength = -1;
    private String bodySha256;
    private Outcome outcome = Outcome.QUEUED;
    private String failureReason;
    private Thread worker;

    Invocation(
            InvokeRequest request,
            String inferenceId,
            Place output,
            Place failure,
            boolean https,
            String region,
            Instant acceptedAt) {
        this.request = request;
        this.inferenceId = inferenceId;
        this.output = output;
        this.failure = failure;
        this.https = https;
        this.region = region;
        this.acceptedAt = acceptedAt;
        this.body = request.body();
        if (body != null) {
            payloadRead(body.length, Sha256.of(body));
        }
    }

    public String inferenceId() {
        return inferenceId;
    }

    public synchronized Outcome outcome() {
        return outcome;
    }

    InvokeRequest request() {
        return request;
    }

    Place output() {
        return output;
    }

    Place failure() {
        return failure;
    }

    Instant acceptedAt() {
        return acceptedAt;
    }

    synchronized byte[] body() {
        return body;
    }

    /** A location as the endpoint answers it. */
    String location(Place place) {
        return place == null ? null : https ? place.https(region) : place.toString();
    }

    synchronized void payloadRead(long length, String sha256) {
        bodyLength = length;
        bodySha256 = sha256;
    }

    synchronized void running(Thread thread) {
        outcome = Outcome.RUNNING;
        worker = thread;
    }

    /** The worker is done with this request. From here on an interrupt would hit whatever it does next. */
    synchronized void left() {
        worker = null;
        Thread.interrupted();
    }

    synchronized void interrupt() {
        if (worker != null) {
            worker.interrupt();
        }
    }

    /** Gives the right to end this request, to exactly one of those who ask: the model's answer or the time-out. */
    boolean claim() {
        return claimed.compareAndSet(false, true);
    }

    /** Ends the request, after its object was written. Lets go of the payload. For who claimed it. */
    synchronized void end(Outcome end, String reason) {
        outcome = end;
        failureReason = reason;
        body = null;
    }

    /** The request as it is now. */
    public synchronized AcceptedRequest snapshot() {
        return new AcceptedRequest(
                request.endpointName(),
                inferenceId,
                request.inputLocation() == null,
                request.inputLocation(),
                request.contentType(),
                request.accept(),
                request.customAttributes(),
                bodyLength,
                bodySha256,
                request.requestTtlSeconds(),
                request.invocationTimeoutSeconds(),
                location(output),
                location(failure),
                acceptedAt,
                outcome,
                failureReason);
    }
}
