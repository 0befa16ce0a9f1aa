package io.github.camelsagemaker.async.internal.reply;

import io.github.camelsagemaker.async.error.ReplyCancelledException;
import io.github.camelsagemaker.async.error.ResultTimedOutException;
import io.github.camelsagemaker.async.internal.request.InvocationReceipt;
import io.github.camelsagemaker.async.internal.result.InferenceResult;
import io.github.camelsagemaker.async.internal.result.ResultEvent;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import org.apache.camel.Exchange;

/**
 * A request that SageMaker accepted and whose result an exchange waits for. It ends once; whoever ends it first decides how,
 * and {@link #completed} or {@link #failed} is called, once, on a worker thread, which may be blocked.
 *
 * <p>There may be 100,000 of them: it holds no text that can be made from another. Thread-safe.
 */
abstract class PendingReply {

    final Exchange exchange;
    final String endpointName;
    final String inferenceId;
    final S3Location output;

    /** Null if the endpoint has no failure path. */
    final S3Location failure;

    /** When the wait began, by {@link System#nanoTime}. */
    final long since = System.nanoTime();

    private volatile boolean ended;
    private volatile int refusedReads;
    private volatile S3Location seen;
    private Future<?> timer;

    PendingReply(Exchange exchange, String endpointName, InvocationReceipt receipt) {
        this.exchange = exchange;
        this.endpointName = endpointName;
        this.inferenceId = receipt.inferenceId();
        this.output = S3Location.parse(receipt.outputLocation());
        this.failure = receipt.failureLocation() == null ? null : S3Location.parse(receipt.failureLocation());
    }

    abstract void completed(ResultEvent event, InferenceResult result);

    /**
     * There is no output: an {@link io.github.camelsagemaker.async.error.InferenceFailedException}, a {@link
     * ResultTimedOutException}, a {@link ReplyCancelledException}, or what reading the output ended in.
     */
    abstract void failed(Exception cause);

    List<S3Location> places() {
        return failure == null ? List.of(output) : List.of(output, failure);
    }

    /** Ends it. True for the first caller only. */
    synchronized boolean end() {
        boolean first = !ended;
        ended = true;
        timer(timer);
        return first;
    }

    boolean hasEnded() {
        return ended;
    }

    ReplyCancelledException cancelled(String reason, Throwable cause) {
        return new ReplyCancelledException(
                reason, toString(), inferenceId, output.uri(), S3Location.uriOf(failure), cause);
    }

    /** @param hint what is known of why nothing was seen, or null */
    ResultTimedOutException timedOut(Duration timeout, String hint) {
        return new ResultTimedOutException(
                exchange, timeout, toString(), inferenceId, output.uri(), S3Location.uriOf(failure), hint);
    }

    /** Is cancelled when the request ends, or has ended. */
    synchronized void timer(Future<?> value) {
        timer = value;
        if (ended && timer != null) {
            timer.cancel(false);
        }
    }

    /** Its output or its failure is there: it does not time out before that was read, and reading it must not fail for ever. */
    void seen(S3Location place) {
        if (seen == null || place.equals(output)) {
            seen = place;
        }
    }

    boolean isSeen(S3Location place) {
        return place.equals(seen);
    }

    /** It is not there after all. */
    void notSeen(S3Location place) {
        if (isSeen(place)) {
            seen = null;
            refusedReads = 0;
        }
    }

    /** Whether a read of what is there was refused for the last time to try. Called by one reader at a time. */
    synchronized boolean gaveUpAfter(S3Location place, int reads) {
        return isSeen(place) && ++refusedReads >= reads;
    }

    @Override
    public String toString() {
        return "request " + inferenceId + " to endpoint '" + endpointName + "'";
    }
}
