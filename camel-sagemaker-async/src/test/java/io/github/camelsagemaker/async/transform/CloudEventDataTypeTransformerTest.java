package io.github.camelsagemaker.async.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.DataType;
import org.apache.camel.spi.TransformerKey;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CloudEventDataTypeTransformerTest {

    private static final Instant TIME = Instant.parse("2026-11-30T06:45:59Z");

    private final CamelContext context = new DefaultCamelContext();

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void aResultIsAnEventOfItsEndpoint() throws Exception {
        Exchange event = transform(result(InferenceStatus.COMPLETED));

        assertThat(event.getMessage().getHeaders())
                .containsEntry("CamelCloudEventID", "id-1")
                .containsEntry("CamelCloudEventVersion", "1.0")
                .containsEntry("CamelCloudEventType", "io.github.camelsagemaker.inference.completed")
                .containsEntry("CamelCloudEventSource", "aws.sagemaker.endpoint.summarizer")
                .containsEntry("CamelCloudEventSubject", "s3://b/out/1.out")
                .containsEntry("CamelCloudEventTime", "2026-11-30T06:45:59Z")
                .containsEntry(Exchange.CONTENT_TYPE, "text/plain");
        assertThat(event.getMessage().getBody()).isEqualTo("a summary");
    }

    @Test
    void aFailureIsAnotherTypeAtAnotherPlace() throws Exception {
        Map<String, Object> headers = result(InferenceStatus.FAILED);
        headers.put(SageMakerAsyncConstants.FAILURE_LOCATION, "s3://b/failed/1.out");

        assertThat(transform(headers).getMessage().getHeaders())
                .containsEntry("CamelCloudEventType", "io.github.camelsagemaker.inference.failed")
                .containsEntry("CamelCloudEventSubject", "s3://b/failed/1.out");
    }

    @Test
    void aResultThatComesAfterAnExpiredIsAnotherEvent() throws Exception {
        assertThat(transform(result(InferenceStatus.EXPIRED)).getMessage().getHeader("CamelCloudEventID"))
                .isEqualTo("id-1-expired");
        assertThat(transform(result(InferenceStatus.COMPLETED)).getMessage().getHeader("CamelCloudEventID"))
                .isEqualTo("id-1");
    }

    @Test
    void whatIsNotKnownIsThatOfTheExchange() throws Exception {
        Map<String, Object> headers = result(InferenceStatus.EXPIRED);
        headers.remove(SageMakerAsyncConstants.INFERENCE_ID);
        headers.remove(SageMakerAsyncConstants.EVENT_TIME);
        headers.remove(SageMakerAsyncConstants.OUTPUT_LOCATION);
        headers.remove(SageMakerAsyncConstants.CONTENT_TYPE);

        Exchange event = transform(headers);

        assertThat(event.getMessage().getHeaders())
                .containsEntry("CamelCloudEventID", event.getExchangeId())
                .containsEntry("CamelCloudEventType", "io.github.camelsagemaker.inference.expired")
                .containsEntry(
                        "CamelCloudEventTime",
                        Instant.ofEpochMilli(event.getClock().getCreated()).toString())
                .containsEntry(Exchange.CONTENT_TYPE, "application/octet-stream")
                .doesNotContainKey("CamelCloudEventSubject");
    }

    @Test
    void anIdThatTheRouteHasSetStays() throws Exception {
        Map<String, Object> headers = result(InferenceStatus.COMPLETED);
        headers.put("CamelCloudEventID", "mine");

        assertThat(transform(headers).getMessage().getHeader("CamelCloudEventID"))
                .isEqualTo("mine");
    }

    @Test
    void whatIsNoResultIsRefused() {
        assertThatThrownBy(() -> transform(new HashMap<>()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(SageMakerAsyncConstants.INVOCATION_STATUS);
    }

    private static Map<String, Object> result(InferenceStatus status) {
        Map<String, Object> headers = new HashMap<>();
        headers.put(SageMakerAsyncConstants.INVOCATION_STATUS, status);
        headers.put(SageMakerAsyncConstants.ENDPOINT_NAME, "summarizer");
        headers.put(SageMakerAsyncConstants.INFERENCE_ID, "id-1");
        headers.put(SageMakerAsyncConstants.OUTPUT_LOCATION, "s3://b/out/1.out");
        headers.put(SageMakerAsyncConstants.EVENT_TIME, TIME);
        headers.put(SageMakerAsyncConstants.CONTENT_TYPE, "text/plain");
        return headers;
    }

    /** As Camel finds it: by its name. */
    private Exchange transform(Map<String, Object> headers) throws Exception {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setHeaders(headers);
        exchange.getMessage().setBody("a summary");
        context.getTransformerRegistry()
                .resolveTransformer(new TransformerKey("sagemaker-async:application-cloudevents"))
                .transform(exchange.getMessage(), DataType.ANY, DataType.ANY);
        return exchange;
    }
}
