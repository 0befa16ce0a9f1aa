package io.github.camelsagemaker.async.observe;

import io.github.camelsagemaker.async.PayloadMode;
import io.github.camelsagemaker.async.error.AwsErrors;
import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Counts what becomes of one producer's requests. Thread-safe; nothing throws.
 *
 * <p>Requests that a header sends to another SageMaker endpoint count for the endpoint of the URI: the header's values may be
 * many.
 */
public final class RequestObserver implements AutoCloseable {

    /**
     * How long a failure counts without another request. A producer calls only when exchanges come, and an instance that is
     * not ready may get none: without an end it would never be ready again.
     */
    static final Duration FAILURE_MEMORY = Duration.ofMinutes(1);

    private static final String NO_MODE = "none";

    private final Observability observability;
    private final Meters meters;
    private final String endpointName;
    private final CallHealth health;
    private final List<Runnable> closing = new CopyOnWriteArrayList<>();
    private final LongAdder inFlight = new LongAdder();
    private final LongAdder acceptedInline = new LongAdder();
    private final LongAdder acceptedByS3 = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder throttled = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongConsumer meteredInline;
    private final LongConsumer meteredByS3;
    private final LongConsumer inlineSizes;
    private final LongConsumer s3Sizes;

    RequestObserver(Observability observability, Meters meters, String endpointName, Clock clock) {
        this.observability = observability;
        this.meters = meters;
        this.endpointName = endpointName;
        this.health = new CallHealth(clock, FAILURE_MEMORY);
        this.meteredInline = acceptedCounter(PayloadMode.INLINE);
        this.meteredByS3 = acceptedCounter(PayloadMode.S3);
        this.inlineSizes = meters.summary(Metric.PAYLOAD, endpointName, label(PayloadMode.INLINE));
        this.s3Sizes = meters.summary(Metric.PAYLOAD, endpointName, label(PayloadMode.S3));
        closing.add(observability.gauge(meters, Metric.REQUESTS_IN_FLIGHT, inFlight::sum, endpointName));
    }

    private LongConsumer acceptedCounter(PayloadMode mode) {
        return meters.counter(Metric.REQUESTS, endpointName, label(mode), Outcome.ACCEPTED.label());
    }

    private static String label(PayloadMode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }

    /** A request came. */
    public void begun() {
        inFlight.increment();
    }

    /**
     * SageMaker accepted it.
     *
     * @param mode how the payload travelled, INLINE or S3
     */
    public void accepted(PayloadMode mode) {
        inFlight.decrement();
        boolean inline = mode == PayloadMode.INLINE;
        (inline ? acceptedInline : acceptedByS3).increment();
        (inline ? meteredInline : meteredByS3).accept(1);
        health.succeeded(endpointName);
    }

    /** The size of an accepted payload that this producer sent. */
    public void payload(PayloadMode mode, long size) {
        bytes.add(size);
        (mode == PayloadMode.INLINE ? inlineSizes : s3Sizes).accept(size);
    }

    /** It ended without being accepted. */
    public void failed(Throwable failure) {
        inFlight.decrement();
        failed.increment();
        Outcome outcome = Outcome.of(failure);
        meters.counter(Metric.REQUESTS, endpointName, NO_MODE, outcome.label()).accept(1);
        if (outcome == Outcome.THROTTLED) {
            throttled.increment();
            SageMakerAsyncException call = (SageMakerAsyncException) AwsErrors.unwrap(failure);
            meters.counter(Metric.THROTTLES, endpointName, call.getOperation()).accept(1);
        }
        if (Outcome.concernsAll(failure)) {
            health.failed(endpointName, failure);
        } else if (outcome == Outcome.REFUSED) {
            health.succeeded(endpointName); // AWS knows the caller, and answers
        }
    }

    /**
     * Shows how many accepted requests wait for their results.
     *
     * @param source where they wait: await or store
     * @param number is asked by threads of the registry, and must not block; equal ones of several producers count once
     * @return takes it away again; at the latest {@link #close} does
     */
    public Runnable pending(String source, LongSupplier number) {
        Runnable remover = observability.gauge(meters, Metric.PENDING, number, endpointName, source);
        closing.add(remover);
        return remover;
    }

    public CallHealth health() {
        return health;
    }

    /** Requests begun and not ended. */
    public long inFlight() {
        return inFlight.sum();
    }

    /** Requests accepted with the payload inside the call. */
    public long acceptedInline() {
        return acceptedInline.sum();
    }

    /** Requests accepted with the payload in S3. */
    public long acceptedByS3() {
        return acceptedByS3.sum();
    }

    /** Requests that were not accepted. */
    public long failed() {
        return failed.sum();
    }

    /** Those of them that AWS throttled. */
    public long throttled() {
        return throttled.sum();
    }

    /** Bytes of accepted payloads. */
    public long bytes() {
        return bytes.sum();
    }

    /** Begins to count anew; what is in flight stays. Meters go on. */
    public void reset() {
        acceptedInline.reset();
        acceptedByS3.reset();
        failed.reset();
        throttled.reset();
        bytes.reset();
    }

    /** Takes the gauges away. */
    @Override
    public void close() {
        closing.forEach(Runnable::run);
        closing.clear();
    }
}
