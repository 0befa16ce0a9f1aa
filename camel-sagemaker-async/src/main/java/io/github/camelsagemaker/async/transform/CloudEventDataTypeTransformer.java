package io.github.camelsagemaker.async.transform;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.internal.result.ResultHeaders;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.cloudevents.CloudEvent;
import org.apache.camel.spi.DataType;
import org.apache.camel.spi.DataTypeTransformer;
import org.apache.camel.spi.Transformer;

/** A result, a failed or an expired inference as a CloudEvent: as headers, from which Camel's other components make one. */
@DataTypeTransformer(
        name = "sagemaker-async:application-cloudevents",
        description = "Adds CloudEvent headers to the result of an asynchronous inference")
public class CloudEventDataTypeTransformer extends Transformer {

    /** Of this version are the attributes below. */
    private static final String VERSION = "1.0";

    private static final String TYPE = "io.github.camelsagemaker.inference.";
    private static final String SOURCE = "aws.sagemaker.endpoint.";

    @Override
    public void transform(Message message, DataType from, DataType to) {
        Exchange exchange = message.getExchange();
        Map<String, Object> headers = message.getHeaders();
        InferenceStatus status = message.getHeader(SageMakerAsyncConstants.INVOCATION_STATUS, InferenceStatus.class);
        if (status == null) {
            throw new IllegalArgumentException("No result of an inference: the message has no header "
                    + SageMakerAsyncConstants.INVOCATION_STATUS);
        }
        String inferenceId = message.getHeader(SageMakerAsyncConstants.INFERENCE_ID, String.class);
        Instant time = message.getHeader(SageMakerAsyncConstants.EVENT_TIME, Instant.class);
        String contentType = message.getHeader(SageMakerAsyncConstants.CONTENT_TYPE, String.class);
        String kind = status.name().toLowerCase(Locale.ROOT);
        // A result that comes twice is the same event; one that comes after an EXPIRED, or a failure, is not.
        String id = status == InferenceStatus.COMPLETED ? inferenceId : inferenceId + "-" + kind;
        headers.putIfAbsent(CloudEvent.CAMEL_CLOUD_EVENT_ID, inferenceId != null ? id : exchange.getExchangeId());
        headers.putIfAbsent(CloudEvent.CAMEL_CLOUD_EVENT_VERSION, VERSION);
        headers.put(CloudEvent.CAMEL_CLOUD_EVENT_TYPE, TYPE + kind);
        headers.put(
                CloudEvent.CAMEL_CLOUD_EVENT_SOURCE,
                SOURCE + message.getHeader(SageMakerAsyncConstants.ENDPOINT_NAME, String.class));
        ResultHeaders.set(message, CloudEvent.CAMEL_CLOUD_EVENT_SUBJECT, place(message, status));
        headers.put(
                CloudEvent.CAMEL_CLOUD_EVENT_TIME,
                (time != null ? time : Instant.ofEpochMilli(exchange.getClock().getCreated())).toString());
        headers.put(
                CloudEvent.CAMEL_CLOUD_EVENT_CONTENT_TYPE,
                contentType != null ? contentType : CloudEvent.APPLICATION_OCTET_STREAM_MIME_TYPE);
    }

    private static String place(Message message, InferenceStatus status) {
        String failure = status == InferenceStatus.FAILED
                ? message.getHeader(SageMakerAsyncConstants.FAILURE_LOCATION, String.class)
                : null;
        return failure != null ? failure : message.getHeader(SageMakerAsyncConstants.OUTPUT_LOCATION, String.class);
    }
}
