package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.error.CallNotSentException;
import io.github.camelsagemaker.async.error.RequestRefusedException;
import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.error.ServiceUnavailableException;
import io.github.camelsagemaker.async.error.ThrottledException;
import io.github.camelsagemaker.async.testinfra.Fault;
import io.github.camelsagemaker.async.tracking.MemoryPendingInvocationStore;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;

/** An upload whose invocation was refused is deleted; one whose invocation may be under way is kept. */
@Tag("any-camel")
class ProducerCleanUpTest extends ProducerTestSupport {

    private static final int MORE_THAN_THE_SDK_TRIES = 10;

    @BeforeEach
    void stagingRoute() throws Exception {
        route("sagemaker-async:echo?payloadMode=S3&inputLocation=" + INPUTS);
    }

    static Stream<Arguments> theUploadOfARefusedRequestIsDeleted() {
        return Stream.of(
                Arguments.of(Fault.throttle400(), ThrottledException.class, "ThrottlingException"),
                Arguments.of(Fault.throttle429(), ThrottledException.class, "ThrottlingException"),
                Arguments.of(Fault.accessDenied403(), RequestRefusedException.class, "AccessDeniedException"),
                Arguments.of(Fault.emptyBody(403), RequestRefusedException.class, "403"));
    }

    @ParameterizedTest
    @MethodSource
    void theUploadOfARefusedRequestIsDeleted(Fault fault, Class<?> type, String part) {
        aws.faults().forSageMaker(MORE_THAN_THE_SDK_TRIES, fault);

        Exchange exchange = send("body");

        assertThat(exchange.getException()).isInstanceOf(type).hasMessageContaining(part);
        assertThat(aws.ledger().calls("PutObject")).isEqualTo(1);
        assertNothingLeftInS3();
    }

    @Test
    void aRequestWhoseTimeIsOverWhileItIsThrottledFailsAsThrottledAndItsUploadIsDeleted() throws Exception {
        try (SageMakerRuntimeAsyncClient client = ClientsAt.at(
                aws.sageMakerEndpoint(),
                aws,
                SageMakerRuntimeAsyncClient.builder().overrideConfiguration(o -> o.apiCallTimeout(Duration.ofSeconds(2))
                        .retryStrategy(r -> r.throttlingBackoffStrategy(attempt -> Duration.ofMinutes(1)))))) {
            camel.getRegistry().bind("hurried", client);
            aws.faults().forSageMaker(1, Fault.throttle429());

            Exchange exchange = template.send(
                    "sagemaker-async:echo?payloadMode=S3&inputLocation=" + INPUTS
                            + "&sageMakerRuntimeAsyncClient=#hurried",
                    e -> e.getMessage().setBody("body"));

            assertThat(exchange.getException()).isInstanceOf(ThrottledException.class);
            assertThat(exchange.getException().getCause().getSuppressed())
                    .hasAtLeastOneElementOfType(ApiCallTimeoutException.class);
            assertNothingLeftInS3();
        }
    }

    @Test
    void theUploadOfARequestThatWasNeverSentIsDeletedAndItsRecordRemoved() throws Exception {
        MemoryPendingInvocationStore store = new MemoryPendingInvocationStore();
        camel.getRegistry().bind("pending", store);
        try (SageMakerRuntimeAsyncClient client = unreachableClient()) {
            camel.getRegistry().bind("unreachable", client);
            for (String tracking : List.of("", "&pendingStore=#pending")) {
                String route = camel.getRoutes().get(0).getRouteId();
                camel.getRouteController().stopRoute(route);
                camel.removeRoute(route);
                route("sagemaker-async:echo?payloadMode=S3&inputLocation=" + INPUTS
                        + "&sageMakerRuntimeAsyncClient=#unreachable" + tracking);

                Exchange exchange = send("body");

                assertThat(exchange.getException())
                        .isInstanceOf(CallNotSentException.class)
                        .hasMessageContaining("was not sent");
                assertNothingLeftInS3();
                assertThat(store.statistics("echo").pending()).isZero();
            }
        }
    }

    static Stream<Arguments> theUploadOfARequestWithUnknownOutcomeIsKept() {
        return Stream.of(
                Arguments.of(Fault.failure500()),
                Arguments.of(Fault.unavailable503()),
                Arguments.of(Fault.html502()),
                Arguments.of(Fault.resetBeforeAccept()),
                Arguments.of(Fault.resetAfterAccept()));
    }

    @ParameterizedTest
    @MethodSource
    void theUploadOfARequestWithUnknownOutcomeIsKept(Fault fault) {
        aws.faults().forSageMaker(MORE_THAN_THE_SDK_TRIES, fault);

        Exchange exchange = send("body");

        assertThat(exchange.getException())
                .isInstanceOfSatisfying(ServiceUnavailableException.class, e -> assertThat(e.isOutcomeUnknown())
                        .isTrue());
        assertThat(inputs()).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("theUploadOfARefusedRequestIsDeleted")
    void theUploadIsKeptWhenTheAnswerToAnEarlierAttemptWasLost(Fault fault) {
        aws.faults().forSageMaker(1, Fault.resetAfterAccept());
        aws.faults().forSageMaker(MORE_THAN_THE_SDK_TRIES, fault);

        Exchange exchange = send("body");

        assertThat(exchange.getException()).isInstanceOf(SageMakerAsyncException.class);
        assertThat(aws.ledger().acceptedCount()).isEqualTo(1);
        assertThat(inputs()).hasSize(1);
        assertThat(aws.ledger().calls("DeleteObject")).isZero();
    }

    @Test
    void anUploadWhoseCompletionCannotBeReadLeavesNothing() {
        aws.faults().forS3("CompleteMultipartUpload", MORE_THAN_THE_SDK_TRIES, Fault.truncated());

        Exchange exchange = send(new ByteArrayInputStream(new byte[6_000_000]));

        assertThat(exchange.getException())
                .isInstanceOf(ServiceUnavailableException.class)
                .hasMessageContaining("CompleteMultipartUpload");
        assertNothingLeftInS3();
    }

    @Test
    void anUploadThatIsRefusedAfterALostAnswerLeavesNothing() {
        aws.faults().forS3("PutObject", 1, Fault.resetAfterAccept());
        aws.faults().forS3("PutObject", MORE_THAN_THE_SDK_TRIES, Fault.accessDenied403());

        assertThat(send("body").getException()).isInstanceOf(RequestRefusedException.class);
        assertNothingLeftInS3();
    }

    @Test
    void aRequestThatSucceedsAfterThrottlingKeepsItsUpload() {
        aws.faults().forSageMaker(2, Fault.throttle429());

        assertThat(send("body").getException()).isNull();
        assertThat(inputs()).hasSize(1);
    }

    @Test
    void aSlowAnswerIsNoFailure() {
        aws.faults().forSageMaker(1, Fault.slow(Duration.ofMillis(500)));

        assertThat(send("body").getException()).isNull();
        assertThat(inputs()).hasSize(1);
    }

    @Test
    void aCleanUpThatFailsIsAddedToTheRefusal() {
        aws.faults().forSageMaker(MORE_THAN_THE_SDK_TRIES, Fault.accessDenied403());
        aws.faults().forS3("DeleteObject", MORE_THAN_THE_SDK_TRIES, Fault.accessDenied403());

        Exchange exchange = send("body");

        assertThat(exchange.getException())
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("InvokeEndpointAsync");
        assertThat(exchange.getException().getSuppressed()).singleElement().satisfies(e -> assertThat(e)
                .hasMessageContainingAll("DeleteObject", "s3://inputs/in/"));
        aws.faults().clear();
        assertThat(inputs()).hasSize(1);
    }
}
