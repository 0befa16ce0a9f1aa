package io.github.camelsagemaker.async.internal.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.time.Instant;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.DefaultHeaderFilterStrategy;
import org.junit.jupiter.api.Test;

class ResultHeadersTest {

    private static final Instant EVENT = Instant.parse("2026-01-02T03:04:05Z");
    private static final Instant RECEIVED = Instant.parse("2026-01-02T03:04:00Z");

    private final Message message = new DefaultExchange(new DefaultCamelContext()).getIn();
    private final ResultHeaders headers = new ResultHeaders(null, false);

    @Test
    void allThatAResultEventTellsIsAHeader() {
        headers.write(message, completeEvent());

        assertThat(message.getHeaders())
                .containsEntry("CamelAwsSageMakerAsyncInvocationStatus", InferenceStatus.FAILED)
                .containsEntry("CamelAwsSageMakerAsyncEndpointName", "e")
                .containsEntry("CamelAwsSageMakerAsyncInferenceId", "id")
                .containsEntry("CamelAwsSageMakerAsyncOutputLocation", "s3://bucket/out/a")
                .containsEntry("CamelAwsSageMakerAsyncFailureLocation", "s3://bucket/failed/a")
                .containsEntry("CamelAwsSageMakerAsyncInputLocation", "s3://bucket/in/a")
                .containsEntry("CamelAwsSageMakerAsyncFailureReason", "out of memory")
                .containsEntry("CamelAwsSageMakerAsyncCustomAttributes", "c=1")
                .containsEntry("CamelAwsSageMakerAsyncContentType", "application/json")
                .containsEntry(Exchange.CONTENT_TYPE, "application/json")
                .containsEntry("CamelAwsSageMakerAsyncContentLength", 12L)
                .containsEntry("CamelAwsSageMakerAsyncETag", "\"1\"")
                .containsEntry("CamelAwsSageMakerAsyncEventTime", EVENT)
                .containsEntry("CamelAwsSageMakerAsyncReceivedTime", RECEIVED);
    }

    @Test
    void whatIsNotKnownIsNoHeader() {
        ResultEvent event = ResultEvent.of(InferenceStatus.COMPLETED, "e", facts -> {});

        headers.write(message, event);
        headers.write(message, event, InferenceResult.NOTHING);

        assertThat(message.getHeaders())
                .containsOnlyKeys("CamelAwsSageMakerAsyncInvocationStatus", "CamelAwsSageMakerAsyncEndpointName");
    }

    @Test
    void theNotificationIsBelievedAboutTheContentTypeAndTheTime() {
        ResultEvent event = completeEvent();
        headers.write(message, event);
        headers.write(
                message,
                event,
                new InferenceResult(
                        null, "binary/octet-stream", null, 13L, "\"2\"", Instant.EPOCH, Map.of(), null, null));

        assertThat(message.getHeaders())
                .containsEntry("CamelAwsSageMakerAsyncContentType", "application/json")
                .containsEntry("CamelAwsSageMakerAsyncEventTime", EVENT)
                .containsEntry("CamelAwsSageMakerAsyncContentLength", 13L)
                .containsEntry("CamelAwsSageMakerAsyncETag", "\"2\"");
    }

    @Test
    void theCharsetOfTheContentTypeIsTheExchanges() {
        headers.write(
                message,
                ResultEvent.of(InferenceStatus.COMPLETED, "e", facts -> {}),
                new InferenceResult(
                        null, "text/plain; Charset=\"ISO-8859-1\"", "gzip", 1L, "\"2\"", EVENT, Map.of(), null, null));

        assertThat(message.getExchange().getProperty(Exchange.CHARSET_NAME)).isEqualTo("ISO-8859-1");
        assertThat(message.getHeaders())
                .containsEntry(Exchange.CONTENT_ENCODING, "gzip")
                .containsEntry(Exchange.MESSAGE_TIMESTAMP, EVENT.toEpochMilli());
    }

    @Test
    void aCharsetOfBeforeIsRemoved() {
        for (String contentType :
                new String[] {"text/plain", "text/plain; charset=no such", "text/plain; charset=utf-8%", null}) {
            message.getExchange().setProperty(Exchange.CHARSET_NAME, "UTF-16");

            headers.write(
                    message,
                    ResultEvent.of(InferenceStatus.COMPLETED, "e", facts -> {}),
                    new InferenceResult(null, contentType, null, 1L, "\"2\"", EVENT, Map.of(), null, null));

            assertThat(message.getExchange().getProperty(Exchange.CHARSET_NAME)).isNull();
        }
    }

    @Test
    void theObjectTellsWhatTheResultEventDoesNot() {
        ResultEvent event = ResultEvent.of(InferenceStatus.COMPLETED, "e", facts -> {});

        headers.write(
                message, event, new InferenceResult(null, "text/csv", null, 1L, "\"2\"", EVENT, Map.of(), null, null));

        assertThat(message.getHeaders())
                .containsEntry(Exchange.CONTENT_TYPE, "text/csv")
                .containsEntry("CamelAwsSageMakerAsyncEventTime", EVENT);
    }

    @Test
    void userMetadataBecomesHeadersButNotThoseOfCamel() {
        ResultEvent event = completeEvent();
        headers.write(message, event);
        Map<String, String> metadata = Map.of(
                "owner", "me",
                "camelfilename", "/etc/passwd",
                "CamelAwsSageMakerAsyncRequestEndpointName", "other",
                "CAMELHttpUri", "http://evil");

        headers.write(message, event, new InferenceResult(null, null, null, null, null, null, metadata, null, null));

        assertThat(message.getHeaders())
                .containsEntry("owner", "me")
                .doesNotContainKeys(
                        "camelfilename", "CamelAwsSageMakerAsyncRequestEndpointName", "CAMELHttpUri", "CamelHttpUri");
    }

    @Test
    void userMetadataDoesNotReplaceTheContentType() {
        ResultEvent event = completeEvent();
        headers.write(message, event);

        headers.write(
                message,
                event,
                new InferenceResult(
                        null, null, null, null, null, null, Map.of("content-type", "text/evil"), null, null));

        assertThat(message.getHeader(Exchange.CONTENT_TYPE)).isEqualTo("application/json");
    }

    @Test
    void aStrategyOfTheUsersDecides() {
        DefaultHeaderFilterStrategy nothing = new DefaultHeaderFilterStrategy();
        nothing.setInFilterPattern(".*");
        ResultHeaders filtered = new ResultHeaders(nothing, false);

        filtered.write(
                message,
                completeEvent(),
                new InferenceResult(null, null, null, null, null, null, Map.of("owner", "me"), null, null));

        assertThat(message.getHeaders()).doesNotContainKey("owner");
    }

    private static ResultEvent completeEvent() {
        return ResultEvent.of(InferenceStatus.FAILED, "e", event -> {
            event.inferenceId = "id";
            event.outputLocation = S3Location.parse("s3://bucket/out/a");
            event.failureLocation = S3Location.parse("s3://bucket/failed/a");
            event.inputLocation = S3Location.parse("s3://bucket/in/a");
            event.failureReason = "out of memory";
            event.customAttributes = "c=1";
            event.contentType = "application/json";
            event.contentLength = 12L;
            event.etag = "\"1\"";
            event.eventTime = EVENT;
            event.receivedTime = RECEIVED;
        });
    }
}
