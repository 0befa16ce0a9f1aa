package io.github.camelsagemaker.async.internal.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.error.CallNotSentException;
import io.github.camelsagemaker.async.error.RequestRefusedException;
import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.error.ServiceUnavailableException;
import io.github.camelsagemaker.async.error.ThrottledException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.sagemakerruntime.model.SageMakerRuntimeException;

@Tag("no-camel")
class AwsErrorsTest {

    @ParameterizedTest
    @CsvSource({"400,ThrottlingException", "429,ThrottlingException", "429,"})
    void throttlingIsToldByCodeOrStatus(int status, String code) {
        SageMakerAsyncException e = translate(answer(status, code));

        assertThat(e).isInstanceOf(ThrottledException.class);
        assertThat(e.isOutcomeUnknown()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503})
    void anOutageLeavesTheOutcomeUnknown(int status) {
        SageMakerAsyncException e = translate(answer(status, null));

        assertThat(e).isInstanceOf(ServiceUnavailableException.class);
        assertThat(e.isOutcomeUnknown()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"400,ValidationError", "403,AccessDeniedException", "404,", "424,ModelError"})
    void aMistakeIsRefused(int status, String code) {
        SageMakerAsyncException e = translate(answer(status, code));

        assertThat(e).isInstanceOf(RequestRefusedException.class);
        assertThat(e.isOutcomeUnknown()).isFalse();
        assertThat(e.getErrorCode()).isEqualTo(code);
        assertThat(e.getStatusCode()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"400,ValidationError", "403,AccessDeniedException", "429,ThrottlingException"})
    void aRefusalAfterAnAttemptWithoutAnswerLeavesTheOutcomeUnknown(int status, String code) {
        SageMakerAsyncException e =
                AwsErrors.translate("InvokeEndpointAsync", "endpoint 'e'", answer(status, code), true);

        assertThat(e)
                .isInstanceOf(ServiceUnavailableException.class)
                .hasMessageContaining("an attempt before got no answer")
                .hasMessageContaining(code);
        assertThat(e.isOutcomeUnknown()).isTrue();
        assertThat(e.getStatusCode()).isEqualTo(status);
        assertThat(e.getRequestId()).isEqualTo("request-1");
    }

    @Test
    void aBucketInAnotherRegionIsToldWithItsRegion() {
        AwsServiceException moved = (AwsServiceException) S3Exception.builder()
                .statusCode(301)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode("PermanentRedirect")
                        .sdkHttpResponse(SdkHttpResponse.builder()
                                .putHeader("x-amz-bucket-region", "eu-west-1")
                                .build())
                        .build())
                .build();

        assertThat(AwsErrors.translate("PutObject", "s3://bucket/in/1", moved))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining(
                        "PutObject of s3://bucket/in/1, whose bucket is in Region eu-west-1 (option region),");
    }

    @Test
    void anArchivedObjectIsToldAsOne() {
        assertThat(translate(answer(403, "InvalidObjectState")))
                .hasMessageContaining("which is archived and cannot be read before it is restored");
    }

    @Test
    void anErrorUnderAStatusOfSuccessLeavesTheOutcomeUnknown() {
        SageMakerAsyncException e = translate(answer(200, "InternalError"));

        assertThat(e).isInstanceOf(ServiceUnavailableException.class);
        assertThat(e.isOutcomeUnknown()).isTrue();
    }

    @Test
    void causeRequestIdAndOperationAreKept() {
        AwsServiceException cause = answer(400, "ValidationError");

        SageMakerAsyncException e = translate(new CompletionException(cause));

        assertThat(e)
                .hasCause(cause)
                .hasMessageContaining("InvokeEndpointAsync")
                .hasMessageContaining("endpoint 'e'");
        assertThat(e.getRequestId()).isEqualTo("request-1");
        assertThat(e.getOperation()).isEqualTo("InvokeEndpointAsync");
    }

    @Test
    void anAnswerWithoutErrorDetailsIsNoProblem() {
        AwsServiceException html = (AwsServiceException) SageMakerRuntimeException.builder()
                .statusCode(502)
                .message("<html>")
                .build();

        assertThat(translate(html).getErrorCode()).isNull();
    }

    @Test
    void aLostConnectionLeavesTheOutcomeUnknown() {
        SdkClientException reset = SdkClientException.create("Unable to execute", new IOException("Connection reset"));

        assertThat(translate(reset)).isInstanceOf(ServiceUnavailableException.class);
    }

    @Test
    void aTimeOutLeavesTheOutcomeUnknown() {
        assertThat(translate(ApiCallTimeoutException.create(1000)).isOutcomeUnknown())
                .isTrue();
    }

    @Test
    void anAnswerThatCannotBeReadLeavesTheOutcomeUnknown() {
        SageMakerAsyncException e = translate(
                SdkClientException.create("Could not parse XML response.", new XMLStreamException("unexpected end")));

        assertThat(e).isInstanceOf(ServiceUnavailableException.class).hasMessageContaining("may or may not");
        assertThat(e.isOutcomeUnknown()).isTrue();
    }

    @Test
    void whatTheSdkDidNotSendIsNoOutage() {
        SageMakerAsyncException e = translate(SdkClientException.create("Unable to load credentials"));

        assertThat(e).isInstanceOf(CallNotSentException.class).hasMessageContaining("Unable to load credentials");
        assertThat(e.isOutcomeUnknown()).isFalse();
    }

    static List<Throwable> neverSent() {
        return List.of(
                new ConnectException("Connection refused"),
                new UnknownHostException("no-such-host.invalid"),
                new NoRouteToHostException("No route to host"),
                new SSLHandshakeException("PKIX path building failed"),
                new IOException("Could not connect to proxy"),
                new SSLException("not an SSL/TLS record: 485454502f312e31"),
                new Throwable(
                        "Acquire operation took longer than the configured maximum time. ...", new TimeoutException()));
    }

    @ParameterizedTest
    @MethodSource("neverSent")
    void whatGotNoConnectionWasNotSent(Throwable reason) {
        SageMakerAsyncException e = translate(SdkClientException.create("Unable to execute HTTP request", reason));

        assertThat(e).isInstanceOf(CallNotSentException.class);
        assertThat(AwsErrors.mayHaveBeenCarriedOut(e)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("neverSent")
    void theLastOfManyAttemptsSaysNothingOfTheOthers(Throwable reason) {
        SageMakerAsyncException e = translate(SdkClientException.builder()
                .message("Unable to execute HTTP request")
                .cause(reason)
                .numAttempts(3)
                .build());

        assertThat(e.isOutcomeUnknown()).isTrue();
    }

    @Test
    void aTranslatedFailureIsNotTranslatedAgain() {
        SageMakerAsyncException once = translate(answer(400, "ValidationError"));

        assertThat(translate(new CompletionException(once))).isSameAs(once);
    }

    private static SageMakerAsyncException translate(Throwable failure) {
        return AwsErrors.translate("InvokeEndpointAsync", "endpoint 'e'", failure);
    }

    private static AwsServiceException answer(int status, String code) {
        return (AwsServiceException) SageMakerRuntimeException.builder()
                .statusCode(status)
                .requestId("request-1")
                .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
                .build();
    }
}
