package io.github.camelsagemaker.async.internal.reply;

import io.github.camelsagemaker.async.error.ResultTimedOutException;
import io.github.camelsagemaker.async.error.WaitEndedException;
import io.github.camelsagemaker.async.internal.reply.WaitingRequest.LocationGroup.Kind;
import io.github.camelsagemaker.async.internal.result.InferenceResult;
import io.github.camelsagemaker.async.internal.result.Landing;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.apache.camel.Exchange;

/**
 * A request that SageMaker accepted and whose result an exchange waits for. It ends once; whoever ends it first decides how,
 * and {@link #completed} or {@link #failed} is called, once, on a worker thread, which may be blocked.
 *
 * <p>There may be 100,000 of them: it holds no text that can be made from another. Thread-safe.
 */
public abstract class WaitingRequest {

    private static final AtomicIntegerFieldUpdater<WaitingRequest> ENDED =
            AtomicIntegerFieldUpdater.newUpdater(WaitingRequest.class, "ended");

    private static final List<Kind> OUTPUT = List.of(Kind.OUTPUT);
    private static final List<Kind> BOTH = List.of(Kind.OUTPUT, Kind.FAILURE);

    private final Exchange exchange;
    private final String route;
    private final String endpointName;
    private final String inferenceId;
    private final S3Location output;
    private final S3Location failure;

    private volatile int ended;
    private volatile int failedReads;
    private volatile boolean seen;
    private volatile Future<?> timer;

    /**
     * @param route id of the route that the exchange is in, or null
     * @param failure where a failure would be, or null if the endpoint has no failure path
     */
    protected WaitingRequest(
            Exchange exchange,
            String route,
            String endpointName,
            String inferenceId,
            S3Location output,
            S3Location failure) {
        this.exchange = exchange;
        this.route = route;
        this.endpointName = endpointName;
        this.inferenceId = inferenceId;
        this.output = output;
        this.failure = failure;
    }

    /** The inference succeeded and its output was read. */
    protected abstract void completed(Landing landing, InferenceResult result);

    /**
     * There is no output: an {@link io.github.camelsagemaker.async.error.InferenceFailedException}, a {@link
     * ResultTimedOutException}, a {@link WaitEndedException}, or what reading the output ended in.
     */
    protected abstract void failed(Exception cause);

    protected final Exchange exchange() {
        return exchange;
    }

    String endpointName() {
        return endpointName;
    }

    protected final String inferenceId() {
        return inferenceId;
    }

    protected final S3Location output() {
        return output;
    }

    protected final S3Location failure() {
        return failure;
    }

    /** What of it may land. */
    List<Kind> kinds() {
        return failure == null ? OUTPUT : BOTH;
    }

    S3Location place(Kind kind) {
        return kind == Kind.OUTPUT ? output : failure;
    }

    /** The route in which its exchange began, or null. */
    String fromRoute() {
        return exchange.getFromRouteId();
    }

    /** The route that its exchange is in, or null. */
    String route() {
        return route;
    }

    boolean belongsTo(String routeId) {
        return routeId.equals(fromRoute()) || routeId.equals(route);
    }

    /** Ends it. True for the first caller only. */
    boolean end() {
        if (!ENDED.compareAndSet(this, 0, 1)) {
            return false;
        }
        cancelTimer();
        return true;
    }

    boolean hasEnded() {
        return ended == 1;
    }

    WaitEndedException cancelled(String reason, Throwable cause) {
        return new WaitEndedException(reason, toString(), inferenceId, output.uri(), failureUri(), cause);
    }

    ResultTimedOutException timedOut(Duration timeout, String hint) {
        return new ResultTimedOutException(
                exchange, timeout, toString(), inferenceId, output.uri(), failureUri(), hint);
    }

    protected final String failureUri() {
        return S3Location.uri(failure);
    }

    /** Sets what must be cancelled when it ends. */
    void timer(Future<?> value) {
        timer = value;
        if (hasEnded()) {
            cancelTimer();
        }
    }

    private void cancelTimer() {
        Future<?> current = timer;
        if (current != null) {
            current.cancel(false);
            timer = null;
        }
    }

    /** Its object was seen in a listing: reading it must not fail for ever. */
    void seen() {
        seen = true;
    }

    /** Its object is not there after all. */
    void notSeen() {
        seen = false;
        failedReads = 0;
    }

    /** Whether a read that failed was the last one to try. Called by one reader at a time. */
    boolean gaveUpAfter(int reads) {
        if (!seen) {
            return false;
        }
        int count = failedReads + 1;
        failedReads = count;
        return count >= reads;
    }

    @Override
    public String toString() {
        return "request " + inferenceId + " to endpoint '" + endpointName + "'";
    }

    /**
     * Awaited places that are looked at together.
     *
     * @param prefix the common beginning of the keys; ends in {@code /}, or is empty
     * @param reserved whether the prefix ends in a producer's reserved path, so that a listing of it shows nothing else
     */
    record LocationGroup(String bucket, String prefix, Kind kind, boolean reserved) {

        enum Kind {
            OUTPUT,
            FAILURE
        }

        /** @param root what the reserved path begins with, see {@link AwaitedPath#root} */
        static LocationGroup of(S3Location location, Kind kind, String root) {
            String key = location.key();
            int start = key.indexOf(root);
            boolean reserved = start == 0 || start > 0 && key.charAt(start - 1) == '/';
            String prefix =
                    reserved ? key.substring(0, start + root.length()) : key.substring(0, key.lastIndexOf('/') + 1);
            return new LocationGroup(location.bucket(), prefix, kind, reserved);
        }

        @Override
        public String toString() {
            return "s3://" + bucket + "/" + prefix;
        }
    }
}
