package io.github.camelsagemaker.async.internal.observe;

import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.error.SageMakerAsyncException.AwsCall;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

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
    private volatile boolean called;
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
        if (!failing.isEmpty()) {
            failing.remove(target);
        }
    }

    public void failed(String target, Throwable failure) {
        called = true;
        Instant now = clock.instant();
        Throwable cause = Futures.unwrap(failure);
        String error = cause.getClass().getSimpleName();
        AwsCall call = cause instanceof SageMakerAsyncException failed ? failed.getCall() : NO_CALL;
        failing.compute(target, (key, before) -> {
            boolean goesOn = before != null && !isForgotten(before, now);
            Instant since = goesOn ? before.since() : now;
            long count = goesOn ? before.count() + 1 : 1;
            return new CallFailure(target, error, call, count, since, now);
        });
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

    public boolean isCalled() {
        return called;
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
    }
}
