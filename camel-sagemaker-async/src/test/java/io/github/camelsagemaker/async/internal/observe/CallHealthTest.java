package io.github.camelsagemaker.async.internal.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.error.SageMakerAsyncException.AwsCall;
import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.observe.CallHealth.CallFailure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.apache.camel.health.HealthCheck;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

class CallHealthTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final String SECRET = "AKIASECRET";

    private Instant now = START;
    private final Clock clock = new Clock() {
        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };
    private final CallHealth forEver = new CallHealth(clock, null);

    private static Throwable denied(String requestId) {
        return AwsErrors.translate(
                "ReceiveMessage",
                "'queue'",
                AwsServiceException.builder()
                        .statusCode(403)
                        .requestId(requestId)
                        .awsErrorDetails(AwsErrorDetails.builder()
                                .errorCode("SignatureDoesNotMatch")
                                .errorMessage("the canonical string should have been x-amz-security-token:" + SECRET)
                                .build())
                        .build());
    }

    private HealthCheck.Result check(CallHealth health, boolean downBeforeFirstCall, HealthCheck.Kind kind) {
        return new CallHealth.Check(
                        "consumer:r", "sagemaker-async:e?secretKey=" + SECRET, () -> health, downBeforeFirstCall)
                .call(Map.of(HealthCheck.CHECK_KIND, kind));
    }

    @Test
    void nothingFailsUntilACallFails() {
        assertThat(forEver.failures()).isEmpty();
        assertThat(forEver.called).isFalse();
    }

    @Test
    void aFailureTellsSinceWhenHowOftenAndTheLastRequestId() {
        forEver.failed("queue", denied("id-1"));
        now = now.plusSeconds(5);
        forEver.failed("queue", denied("id-2"));

        assertThat(forEver.failures())
                .containsExactly(new CallFailure(
                        "queue",
                        "RequestRefusedException",
                        new AwsCall("ReceiveMessage", 403, "SignatureDoesNotMatch", "id-2"),
                        2,
                        START,
                        START.plusSeconds(5)));
    }

    @Test
    void aSuccessEndsTheFailureOfItsTargetOnly() {
        forEver.failed("outputLocation", denied("a"));
        forEver.failed("failureLocation", denied("b"));

        forEver.succeeded("outputLocation");

        assertThat(forEver.failures()).extracting(CallFailure::target).containsExactly("failureLocation");
    }

    @Test
    void aFailureIsForgottenWhenNothingIsCalledAnyMore() {
        CallHealth minute = new CallHealth(clock, Duration.ofMinutes(1));
        minute.failed("e", denied("a"));
        now = START.plusSeconds(60);
        assertThat(minute.failures()).hasSize(1);

        now = START.plusSeconds(61);

        assertThat(minute.failures()).isEmpty();
        minute.failed("e", denied("b"));
        assertThat(minute.failures()).extracting(CallFailure::count).containsExactly(1L);
    }

    @Test
    void theCheckIsDownWithWhatAnOperatorNeedsAndNothingSecret() {
        forEver.failed("notificationQueue", denied("id-1"));

        HealthCheck.Result result = check(forEver, false, HealthCheck.Kind.READINESS);

        assertThat(result.getState()).isEqualTo(HealthCheck.State.DOWN);
        assertThat(result.getDetails())
                .containsEntry("aws.request.id", "id-1")
                .containsEntry("aws.error.code", "SignatureDoesNotMatch")
                .containsEntry("error.class", "RequestRefusedException")
                .containsEntry(HealthCheck.FAILURE_START_TIME, START.toString())
                .containsEntry(HealthCheck.HTTP_RESPONSE_CODE, 403);
        assertThat(result.getMessage().orElseThrow()).contains("notificationQueue", "id-1", START.toString());
        assertThat(result.getError()).isEmpty();
        assertThat(result.getMessage() + "" + result.getDetails()).doesNotContain(SECRET);
    }

    @Test
    void livenessDoesNotSuffer() {
        forEver.failed("notificationQueue", denied("id-1"));

        assertThat(check(forEver, true, HealthCheck.Kind.LIVENESS).getState()).isEqualTo(HealthCheck.State.UP);
    }

    @Test
    void readinessMayWaitForAFirstCall() {
        assertThat(check(forEver, true, HealthCheck.Kind.READINESS).getState()).isEqualTo(HealthCheck.State.DOWN);
        assertThat(check(forEver, false, HealthCheck.Kind.READINESS).getState()).isEqualTo(HealthCheck.State.UP);

        forEver.succeeded("outputLocation");

        assertThat(check(forEver, true, HealthCheck.Kind.READINESS).getState()).isEqualTo(HealthCheck.State.UP);
    }
}
