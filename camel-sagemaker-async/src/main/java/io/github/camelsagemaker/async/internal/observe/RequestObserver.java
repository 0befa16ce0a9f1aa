package io.github.camelsagemaker.async.internal.observe;

import io.github.camelsagemaker.async.PayloadMode;
import io.github.camelsagemaker.async.error.CallNotSentException;
import io.github.camelsagemaker.async.error.InferenceFailedException;
import io.github.camelsagemaker.async.error.InvalidInferenceRequestException;
import io.github.camelsagemaker.async.error.RequestRefusedException;
import io.github.camelsagemaker.async.error.ResultTimedOutException;
import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.error.ServiceUnavailableException;
import io.github.camelsagemaker.async.error.ThrottledException;
import io.github.camelsagemaker.async.error.WaitEndedException;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.WritableHealthCheckRepository;

/**
 * Counts what becomes of one producer's requests. Thread-safe; nothing throws.
 *
 * <p>Requests that a header sends to another SageMaker endpoint count for the endpoint of the URI: the header's values may be
 * many.
 */
public final class RequestObserver extends CallObserver {

    /**
     * How long a failure counts without another request. A producer calls only when exchanges come, and an instance that is
     * not ready may get none: without an end it would never be ready again.
     */
    static final Duration FAILURE_MEMORY = Duration.ofMinutes(1);

    private static final String NO_MODE = "none";

    private final LongAdder inFlight = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongConsumer meteredInline;
    private final LongConsumer meteredByS3;
    private final LongConsumer inlineSizes;
    private final LongConsumer s3Sizes;

    RequestObserver(Observability observability, Meters meters, String endpointName, Clock clock) {
        super(observability, meters, endpointName, clock, FAILURE_MEMORY);
        this.meteredInline = acceptedCounter(PayloadMode.INLINE);
        this.meteredByS3 = acceptedCounter(PayloadMode.S3);
        this.inlineSizes = meters.summary(Metric.PAYLOAD, endpointName, label(PayloadMode.INLINE));
        this.s3Sizes = meters.summary(Metric.PAYLOAD, endpointName, label(PayloadMode.S3));
        gauge(Metric.REQUESTS_IN_FLIGHT, inFlight::sum);
    }

    private LongConsumer acceptedCounter(PayloadMode mode) {
        return meters.counter(Metric.REQUESTS, endpointName, label(mode), Outcome.ACCEPTED.label());
    }

    private static String label(PayloadMode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }

    /** Shows the health among that of the context's producers, where it has such a list, until {@link #close}. */
    public void addHealthCheck(CamelContext context, String endpointUri, boolean enabled) {
        String id = observability.claimHealthCheckId("producer:sagemaker-async-" + endpointName);
        CallHealthCheck check = new CallHealthCheck(id, endpointUri, this::health, false);
        check.setEnabled(enabled);
        WritableHealthCheckRepository checks =
                HealthCheckHelper.getHealthCheckRepository(context, "producers", WritableHealthCheckRepository.class);
        if (checks != null) {
            checks.addHealthCheck(check);
        }
        closing.add(() -> {
            if (checks != null) {
                checks.removeHealthCheck(check);
            }
            observability.releaseHealthCheckId(id);
        });
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
        count(mode);
        (mode == PayloadMode.INLINE ? meteredInline : meteredByS3).accept(1);
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
        Outcome outcome = Outcome.of(failure);
        count(outcome);
        meters.counter(Metric.REQUESTS, endpointName, NO_MODE, outcome.label()).accept(1);
        meterThrottling(failure);
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
        return gauge(Metric.PENDING, number, source);
    }

    /** How an awaited request ended. */
    public enum AwaitEnding {
        COMPLETED,
        /** The inference failed. */
        FAILED,
        TIMED_OUT,
        /** Its route or the context stopped. */
        CANCELLED,
        /** Its result could not be read. */
        UNREADABLE;

        private static AwaitEnding of(Throwable failure) {
            if (failure == null) {
                return COMPLETED;
            } else if (failure instanceof InferenceFailedException) {
                return FAILED;
            } else if (failure instanceof ResultTimedOutException) {
                return TIMED_OUT;
            }
            return failure instanceof WaitEndedException ? CANCELLED : UNREADABLE;
        }
    }

    /**
     * An awaited request ended.
     *
     * @param failure null if its result was delivered
     */
    public void awaitEnded(Throwable failure) {
        AwaitEnding ending = AwaitEnding.of(failure);
        count(ending);
        meters.counter(Metric.AWAITED, endpointName, ending.name().toLowerCase(Locale.ROOT))
                .accept(1);
    }

    /** Requests begun and not ended. */
    public long inFlight() {
        return inFlight.sum();
    }

    /** Requests that were not accepted. */
    public long failed() {
        return Arrays.stream(Outcome.values()).mapToLong(this::counted).sum();
    }

    /** Those of them that AWS throttled. */
    public long throttled() {
        return counted(Outcome.THROTTLED);
    }

    /** Bytes of accepted payloads. */
    public long bytes() {
        return bytes.sum();
    }

    @Override
    public void reset() {
        super.reset();
        bytes.reset();
    }

    /** How a request ended, as operators tell ends apart. */
    private enum Outcome {
        ACCEPTED,
        /** Wrong as it came; nothing was sent. */
        INVALID,
        /** AWS refused it as it is. */
        REFUSED,
        THROTTLED,
        /** AWS failed, or did not answer. */
        UNAVAILABLE,
        /** No credentials, no Region, a closed client. */
        NOT_SENT,
        /** Anything else, such as a body that could not be read. */
        ERROR;

        /** Codes of refusals that concern who asks and not what is asked; other services use them with status 400, too. */
        private static final Set<String> ABOUT_CREDENTIALS = Set.of(
                "AccessDenied",
                "AccessDeniedException",
                "ExpiredToken",
                "ExpiredTokenException",
                "IncompleteSignature",
                "InvalidAccessKeyId",
                "InvalidClientTokenId",
                "InvalidSignatureException",
                "MissingAuthenticationToken",
                "MissingAuthenticationTokenException",
                "NotAuthorized",
                "OptInRequired",
                "RequestExpired",
                "SignatureDoesNotMatch",
                "UnrecognizedClientException");

        static Outcome of(Throwable failure) {
            Throwable cause = Futures.unwrap(failure);
            if (cause instanceof InvalidInferenceRequestException) {
                return INVALID;
            } else if (cause instanceof ThrottledException) {
                return THROTTLED;
            } else if (cause instanceof ServiceUnavailableException) {
                return UNAVAILABLE;
            } else if (cause instanceof RequestRefusedException) {
                return REFUSED;
            } else if (cause instanceof CallNotSentException) {
                return NOT_SENT;
            }
            return ERROR;
        }

        /** Whether the next request will probably fail, too: an outage or a refusal of the credentials, not a bad input. */
        static boolean concernsAll(Throwable failure) {
            return switch (of(failure)) {
                case UNAVAILABLE, NOT_SENT -> true;
                case REFUSED -> isAboutCredentials((SageMakerAsyncException) Futures.unwrap(failure));
                case ACCEPTED, INVALID, THROTTLED, ERROR -> false;
            };
        }

        private static boolean isAboutCredentials(SageMakerAsyncException refusal) {
            return refusal.getStatusCode() == 401
                    || refusal.getStatusCode() == 403
                    || refusal.getErrorCode() != null && ABOUT_CREDENTIALS.contains(refusal.getErrorCode());
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
