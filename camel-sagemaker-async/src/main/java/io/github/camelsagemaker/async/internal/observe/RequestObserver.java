package io.github.camelsagemaker.async.internal.observe;

import io.github.camelsagemaker.async.PayloadMode;
import io.github.camelsagemaker.async.error.CallNotSentException;
import io.github.camelsagemaker.async.error.InferenceFailedException;
import io.github.camelsagemaker.async.error.InvalidInferenceRequestException;
import io.github.camelsagemaker.async.error.ReplyCancelledException;
import io.github.camelsagemaker.async.error.RequestRefusedException;
import io.github.camelsagemaker.async.error.ResultTimedOutException;
import io.github.camelsagemaker.async.error.ServiceUnavailableException;
import io.github.camelsagemaker.async.error.ThrottledException;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
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

    private static final String ACCEPTED = "accepted";

    private final LongAdder inFlight = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final Map<PayloadMode, LongConsumer> sizes = new EnumMap<>(PayloadMode.class);

    RequestObserver(Meters meters, String endpointName, Clock clock) {
        super(meters, endpointName, clock, FAILURE_MEMORY);
        for (PayloadMode mode : List.of(PayloadMode.INLINE, PayloadMode.S3)) {
            meters.meter(Metric.REQUESTS, label(mode), ACCEPTED); // shown as 0 before the first
            sizes.put(mode, meters.meter(Metric.PAYLOAD, label(mode)));
        }
        gauge(Metric.REQUESTS_IN_FLIGHT, inFlight::sum);
    }

    public static RequestObserver none() {
        return new RequestObserver(Meters.NONE, "", Clock.systemUTC());
    }

    /** Shows the health among that of the context's producers, where it has such a list, until {@link #close}. */
    public void addHealthCheck(CamelContext context, String endpointUri, boolean enabled) {
        WritableHealthCheckRepository checks =
                HealthCheckHelper.getHealthCheckRepository(context, "producers", WritableHealthCheckRepository.class);
        if (checks == null) {
            return;
        }
        synchronized (checks) {
            String wanted = "producer:sagemaker-async-" + endpointName;
            String id = wanted;
            for (int i = 2; checks.getCheck(id).isPresent(); i++) {
                id = wanted + "-" + i;
            }
            CallHealth.Check check = new CallHealth.Check(id, endpointUri, this::health, false);
            check.setEnabled(enabled);
            checks.addHealthCheck(check);
            closing.add(() -> checks.removeHealthCheck(check));
        }
    }

    public void begun() {
        inFlight.increment();
    }

    /** @param mode how the payload travelled, INLINE or S3 */
    public void accepted(PayloadMode mode) {
        inFlight.decrement();
        count(mode, Metric.REQUESTS, label(mode), ACCEPTED);
        health.succeeded(endpointName);
    }

    public void payload(PayloadMode mode, long size) {
        bytes.add(size);
        sizes.get(mode).accept(size);
    }

    public void failed(Throwable failure) {
        inFlight.decrement();
        Throwable cause = Futures.unwrap(failure);
        Outcome outcome = Outcome.of(cause);
        count(outcome, Metric.REQUESTS, "none", label(outcome));
        meterThrottling(cause);
        if (outcome.concernsAll(cause)) {
            health.failed(endpointName, cause);
        } else if (outcome == Outcome.REFUSED) {
            health.succeeded(endpointName); // AWS knows the caller, and answers
        }
    }

    public enum AwaitEnding {
        COMPLETED,
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
            return failure instanceof ReplyCancelledException ? CANCELLED : UNREADABLE;
        }
    }

    /** @param failure null if its result was delivered */
    public void awaitEnded(Throwable failure) {
        AwaitEnding ending = AwaitEnding.of(failure);
        count(ending, Metric.AWAITED, label(ending));
    }

    public long inFlight() {
        return inFlight.sum();
    }

    public long failed() {
        return Arrays.stream(Outcome.values()).mapToLong(this::counted).sum();
    }

    public long bytes() {
        return bytes.sum();
    }

    @Override
    public void reset() {
        super.reset();
        bytes.reset();
    }

    /** Why a request was not accepted, as operators distinguish it. */
    public enum Outcome {
        /** Wrong as it came; nothing was sent. */
        INVALID(InvalidInferenceRequestException.class),
        THROTTLED(ThrottledException.class),
        /** AWS failed, or did not answer. */
        UNAVAILABLE(ServiceUnavailableException.class),
        /** AWS refused it as it is. */
        REFUSED(RequestRefusedException.class),
        /** No credentials, no Region, a closed client. */
        NOT_SENT(CallNotSentException.class),
        /** Anything else, such as a body that could not be read. */
        ERROR(Throwable.class);

        /** Codes of refusals that concern who asks and not what is asked; other services use them with status 400, too. */
        private static final Pattern ABOUT_CREDENTIALS =
                Pattern.compile("(AccessDenied|ExpiredToken|MissingAuthenticationToken)(Exception)?"
                        + "|InvalidSignatureException|UnrecognizedClientException|SignatureDoesNotMatch|IncompleteSignature"
                        + "|InvalidAccessKeyId|InvalidClientTokenId|NotAuthorized|OptInRequired|RequestExpired");

        private final Class<? extends Throwable> failure;

        Outcome(Class<? extends Throwable> failure) {
            this.failure = failure;
        }

        static Outcome of(Throwable cause) {
            return Arrays.stream(values())
                    .filter(outcome -> outcome.failure.isInstance(cause))
                    .findFirst()
                    .orElse(ERROR);
        }

        /** Whether the next request will probably fail, too: an outage or a refusal of the credentials, not a bad input. */
        boolean concernsAll(Throwable cause) {
            boolean aboutCredentials = cause instanceof RequestRefusedException refusal
                    && (refusal.getStatusCode() == 401
                            || refusal.getStatusCode() == 403
                            || ABOUT_CREDENTIALS
                                    .matcher(String.valueOf(refusal.getErrorCode()))
                                    .matches());
            return this == UNAVAILABLE || this == NOT_SENT || aboutCredentials;
        }
    }
}
