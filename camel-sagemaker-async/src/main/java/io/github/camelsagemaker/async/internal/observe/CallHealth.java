package io.github.camelsagemaker.async.internal.observe;

import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.error.SageMakerAsyncException.AwsCall;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.util.URISupport;

/**
 * Whether calls to AWS succeed, known from the calls that are made anyway. Each target is watched by itself, so that
 * one that works does not hide one that does not.
 *
 * <p>Keeps no exception and no message: what AWS answers may quote what was signed. Thread-safe.
 */
public final class CallHealth {

    private static final AwsCall NO_CALL = new AwsCall(null, 0, null, null);

    private final Clock clock;
    private final Duration memory;
    private final Map<String, CallFailure> failing = new ConcurrentHashMap<>();
    volatile boolean called;
    /** What is worth a detail, and is no failure. */
    volatile Supplier<Map<String, Object>> remarks = Map::of;

    /**
     * @param memory after how long without any further call a failure counts no more; null for never, where calls go on for
     *     ever by themselves
     */
    CallHealth(Clock clock, Duration memory) {
        this.clock = clock;
        this.memory = memory;
    }

    public void succeeded(String target) {
        called = true;
        failing.remove(target);
    }

    public void failed(String target, Throwable failure) {
        called = true;
        Instant now = clock.instant();
        Throwable cause = Futures.unwrap(failure);
        String error = cause.getClass().getSimpleName();
        AwsCall call = cause instanceof SageMakerAsyncException failed ? failed.getCall() : NO_CALL;
        failing.compute(
                target,
                (key, before) -> before == null || isForgotten(before, now)
                        ? new CallFailure(target, error, call, 1, now, now)
                        : new CallFailure(target, error, call, before.count() + 1, before.since(), now));
    }

    /** What fails at present, the longest first; empty if nothing does. */
    public List<CallFailure> failures() {
        Instant now = clock.instant();
        return failing.values().stream()
                .filter(failure -> !isForgotten(failure, now))
                .sorted(Comparator.comparing(CallFailure::since).thenComparing(CallFailure::target))
                .toList();
    }

    /** For people; empty if nothing fails. */
    static String summary(List<CallFailure> failures) {
        return failures.stream().map(CallFailure::summary).collect(Collectors.joining("; "));
    }

    private boolean isForgotten(CallFailure failure, Instant now) {
        return memory != null && failure.last().plus(memory).isBefore(now);
    }

    /**
     * Calls that fail: enough to find them in the log and at AWS, and nothing secret.
     *
     * @param target what is called, such as the name of the option that names it
     * @param call the last one; without an operation if it is not AWS that failed
     * @param count how many failed since the last success
     * @param since when the first of them failed
     */
    public record CallFailure(String target, String errorClass, AwsCall call, long count, Instant since, Instant last) {

        private String summary() {
            return (call.operation() == null ? "A call" : call.operation()) + " (" + target + ") has failed since "
                    + since + ", "
                    + count
                    + " times: " + errorClass
                    + (call.errorCode() == null ? "" : ", " + call.errorCode())
                    + (call.statusCode() == 0 ? "" : ", HTTP status " + call.statusCode())
                    + (call.requestId() == null ? "" : ", AWS request id " + call.requestId());
        }

        private Map<String, Object> details() {
            Map<String, Object> details = new HashMap<>();
            details.put("failure.target", target);
            details.put("error.class", errorClass);
            details.put(HealthCheck.FAILURE_ERROR_COUNT, count);
            details.put(HealthCheck.FAILURE_START_TIME, since.toString());
            details.put(HealthCheck.FAILURE_TIME, last.toString());
            details.put("aws.operation", call.operation());
            details.put("aws.error.code", call.errorCode());
            details.put("aws.request.id", call.requestId());
            details.put(HealthCheck.HTTP_RESPONSE_CODE, call.statusCode() == 0 ? null : call.statusCode());
            details.values().removeIf(Objects::isNull);
            return details;
        }
    }

    /**
     * DOWN while calls to AWS fail, UP again by itself. Concerns readiness only: a restart does not mend AWS. It calls nothing,
     * and shows neither messages nor stack traces, which may quote more than an operator's page should show.
     */
    public static final class Check implements HealthCheck {

        private final String id;
        private final String endpointUri;
        private final Supplier<CallHealth> health;
        private final boolean downBeforeFirstCall;
        private volatile boolean enabled = true;

        /**
         * @param endpointUri as it is; shown without secrets
         * @param downBeforeFirstCall whether readiness waits for a first call
         */
        public Check(String id, String endpointUri, Supplier<CallHealth> health, boolean downBeforeFirstCall) {
            this.id = id;
            this.endpointUri = URISupport.sanitizeUri(endpointUri);
            this.health = health;
            this.downBeforeFirstCall = downBeforeFirstCall;
        }

        @Override
        public String getGroup() {
            return "camel";
        }

        @Override
        public String getId() {
            return id;
        }

        @Override
        public boolean isEnabled() {
            return enabled;
        }

        @Override
        public void setEnabled(boolean enabled) {
            this.enabled = enabled;
        }

        @Override
        public boolean isLiveness() {
            return false;
        }

        @Override
        public Result call(Map<String, Object> options) {
            Object kind = options.getOrDefault(CHECK_KIND, Kind.ALL);
            HealthCheckResultBuilder result = HealthCheckResultBuilder.on(this)
                    .detail(CHECK_KIND, kind.toString())
                    .detail(ENDPOINT_URI, endpointUri);
            if (!enabled) {
                result.unknown().message("Disabled").detail(CHECK_ENABLED, false);
                return result.build();
            }
            CallHealth known = health.get();
            result.details(known.remarks.get());
            List<CallFailure> failures = kind == Kind.LIVENESS ? List.of() : known.failures();
            if (!failures.isEmpty()) {
                result.down().message(summary(failures)).details(failures.get(0).details());
            } else if (downBeforeFirstCall && kind == Kind.READINESS && !known.called) {
                result.down().message("Nothing was asked for results yet");
            } else {
                result.up();
            }
            return result.build();
        }
    }
}
