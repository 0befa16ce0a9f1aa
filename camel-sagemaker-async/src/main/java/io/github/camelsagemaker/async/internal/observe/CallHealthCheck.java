package io.github.camelsagemaker.async.internal.observe;

import io.github.camelsagemaker.async.internal.observe.CallHealth.CallFailure;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.util.URISupport;

/**
 * DOWN while calls to AWS fail, UP again by itself. Tells of readiness only: a restart does not mend AWS. It calls nothing,
 * and shows neither messages nor stack traces, which may quote more than an operator's page should show.
 */
public final class CallHealthCheck implements HealthCheck {

    private final String id;
    private final String endpointUri;
    private final Supplier<CallHealth> health;
    private final boolean downBeforeFirstCall;
    private volatile boolean enabled = true;

    /**
     * @param endpointUri as it is; shown without secrets
     * @param health gives what is known at present; null means nothing
     * @param downBeforeFirstCall whether readiness waits for a first call
     */
    public CallHealthCheck(String id, String endpointUri, Supplier<CallHealth> health, boolean downBeforeFirstCall) {
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
        HealthCheckResultBuilder result = HealthCheckResultBuilder.on(this);
        Object kind = options.getOrDefault(CHECK_KIND, Kind.ALL);
        result.detail(CHECK_KIND, kind.toString());
        result.detail(ENDPOINT_URI, endpointUri);
        if (!enabled) {
            return result.unknown()
                    .message("Disabled")
                    .detail(CHECK_ENABLED, false)
                    .build();
        }
        CallHealth known = health.get();
        List<CallFailure> failures = kind == Kind.LIVENESS || known == null ? List.of() : known.failures();
        if (!failures.isEmpty()) {
            return down(result, failures).build();
        }
        if (downBeforeFirstCall && kind == Kind.READINESS && (known == null || !known.isCalled())) {
            return result.down().message("Nothing was asked for results yet").build();
        }
        return result.up().build();
    }

    private static HealthCheckResultBuilder down(HealthCheckResultBuilder result, List<CallFailure> failures) {
        CallFailure failure = failures.get(0);
        result.down()
                .message(String.join(
                        "; ", failures.stream().map(CallFailure::summary).toList()))
                .detail("failure.target", failure.target())
                .detail("error.class", failure.errorClass())
                .detail(FAILURE_ERROR_COUNT, failure.count())
                .detail(FAILURE_START_TIME, failure.since().toString())
                .detail(FAILURE_TIME, failure.last().toString());
        detail(result, "aws.operation", failure.operation());
        detail(result, "aws.error.code", failure.errorCode());
        detail(result, "aws.request.id", failure.requestId());
        detail(result, HTTP_RESPONSE_CODE, failure.statusCode() == 0 ? null : failure.statusCode());
        return result;
    }

    private static void detail(HealthCheckResultBuilder result, String name, Object value) {
        if (value != null) {
            result.detail(name, value);
        }
    }
}
