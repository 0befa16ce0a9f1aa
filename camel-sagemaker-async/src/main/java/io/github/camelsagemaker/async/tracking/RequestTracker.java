package io.github.camelsagemaker.async.tracking;

import io.github.camelsagemaker.async.result.S3Location;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records requests around their call. Thread-safe; methods but {@link #record} block on the store. */
public final class RequestTracker {

    /** What SageMaker does when it is not told how long a request may wait in its queue. */
    static final Duration DEFAULT_TTL = Duration.ofHours(6);

    /** What SageMaker does when it is not told how long the model may take. */
    static final Duration DEFAULT_INVOCATION_TIMEOUT = Duration.ofMinutes(15);

    /** Time for a result to be found after it landed. */
    static final Duration SLACK = Duration.ofMinutes(5);

    private static final Logger LOG = LoggerFactory.getLogger(RequestTracker.class);

    private final PendingInvocationStore store;
    private final HeaderCodec codec;
    private final Duration deadline;
    private final Clock clock;

    /** @param deadline how long after now a request expires, or null for what SageMaker's limits make of it */
    public RequestTracker(PendingInvocationStore store, HeaderCodec codec, Duration deadline, Clock clock) {
        this.store = store;
        this.codec = codec;
        this.deadline = deadline;
        this.clock = clock;
    }

    /**
     * Makes the record of a request. Does not block.
     *
     * @param ttlSeconds the request's longest time in the queue, or null for SageMaker's default
     * @param invocationTimeoutSeconds the model's longest time, or null for SageMaker's default
     * @throws IllegalArgumentException if the headers are too large
     */
    public PendingInvocation record(
            String inferenceId,
            String endpointName,
            Integer ttlSeconds,
            Integer invocationTimeoutSeconds,
            Map<String, Object> headers) {
        Instant now = clock.instant();
        Duration lifetime = deadline != null ? deadline : limits(ttlSeconds, invocationTimeoutSeconds);
        return PendingInvocation.pending(inferenceId, endpointName, now, now.plus(lifetime), codec.encode(headers));
    }

    private static Duration limits(Integer ttlSeconds, Integer invocationTimeoutSeconds) {
        Duration wait = ttlSeconds == null ? DEFAULT_TTL : Duration.ofSeconds(ttlSeconds);
        Duration work = invocationTimeoutSeconds == null
                ? DEFAULT_INVOCATION_TIMEOUT
                : Duration.ofSeconds(invocationTimeoutSeconds);
        return wait.plus(work).plus(SLACK);
    }

    /** Before the call. If this throws, nothing may be sent. */
    public void begin(PendingInvocation invocation) {
        store.add(invocation);
    }

    /**
     * After SageMaker accepted the request. A failure of the store is logged and not thrown: the request is under way, and failing its exchange would
     * have it sent again. Its record can still be found by inference id, and expires otherwise.
     */
    public void accepted(String inferenceId, String output, String failure, String input) {
        try {
            store.addLocations(inferenceId, location(output), location(failure), location(input));
        } catch (RuntimeException e) {
            LOG.warn(
                    "Request {} was accepted, but its locations could not be recorded: a result found by scanning will lack its"
                            + " original headers, and the request will be reported as expired too",
                    inferenceId,
                    e);
        }
    }

    private static S3Location location(String text) {
        try {
            return text == null ? null : S3Location.parse(text);
        } catch (IllegalArgumentException e) {
            LOG.warn("A request's location cannot be recorded", e);
            return null;
        }
    }

    /**
     * After the request was refused, or not sent: the caller has the error, which is the request's end.
     *
     * @param failure what the caller is told; a failure of the store is added to it
     */
    public void refused(String inferenceId, Throwable failure) {
        try {
            store.remove(inferenceId);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }
}
