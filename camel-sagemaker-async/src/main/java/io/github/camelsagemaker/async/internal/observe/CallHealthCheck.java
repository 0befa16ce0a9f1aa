package io.github.camelsagemaker.async.internal.observe;

import io.github.camelsagemaker.async.internal.observe.CallHealth.CallFailure;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
     * @param health gives what is known at present
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
        Object kind = options.getOrDefault(CHECK_KIND, Kind.ALL);
        HealthCheckResultBuilder result = HealthCheckResultBuilder.on(this)
                .detail(CHECK_KIND, kind.toString())
                .detail(ENDPOINT_URI, endpointUri);
        if (!enabled) {
            return result.unknown()
                    .message("Disabled")
                    .detail(CHECK_ENABLED, false)
                    .build();
        }
        CallHealth known = health.get();
        result.details(known.remarks.get());
        List<CallFailure> failures = kind == Kind.LIVENESS ? List.of() : known.failures();
        if (!failures.isEmpty()) {
            return result.down()
                    .message(CallHealth.summary(failures))
                    .details(details(failures.get(0)))
                    .build();
        }
        if (downBeforeFirstCall && kind == Kind.READINESS && !known.isCalled()) {
            return result.down().message("Nothing was asked for results yet").build();
        }
        return result.up().build();
    }

    private static Map<String, Object> details(CallFailure failure) {
        Map<String, Object> details = new HashMap<>();
        details.put("failure.target", failure.target());
        details.put("error.class", failure.errorClass());
        details.put(FAILURE_ERROR_COUNT, failure.count());
        details.put(FAILURE_START_TIME, failure.since().toString());
        details.put(FAILURE_TIME, failure.last().toString());
        details.put("aws.operation", failure.call().operation());
        details.put("aws.error.code", failure.call().errorCode());
        details.put("aws.request.id", failure.call().requestId());
        details.put(
                HTTP_RESPONSE_CODE,
                failure.call().statusCode() == 0 ? null : failure.call().statusCode());
        details.values().removeIf(Objects::isNull);
        return details;
    }
}
