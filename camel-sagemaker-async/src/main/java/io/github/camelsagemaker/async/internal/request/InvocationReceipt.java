package io.github.camelsagemaker.async.internal.request;

import static io.github.camelsagemaker.async.internal.result.ResultHeaders.set;

import io.github.camelsagemaker.async.PayloadMode;
import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import org.apache.camel.Message;

/**
 * What is known of a request that SageMaker accepted. Locations are as SageMaker and the user wrote them.
 *
 * @param failureLocation where a failure would be, or null if the endpoint has no failure path
 * @param inputLocation where the payload is in S3, or null if it travelled inline
 */
public record InvocationReceipt(
        String inferenceId, String outputLocation, String failureLocation, String inputLocation) {

    private static final String PREFIX = "CamelAwsSageMakerAsync";

    public PayloadMode payloadMode() {
        return inputLocation == null ? PayloadMode.INLINE : PayloadMode.S3;
    }

    /**
     * Makes the receipt the message's only headers of this component: the request's own headers, and those of an earlier
     * request or result, describe something else from now on.
     */
    public void writeTo(Message message) {
        if (message.hasHeaders()) {
            message.getHeaders().keySet().removeIf(name -> name.regionMatches(true, 0, PREFIX, 0, PREFIX.length()));
        }
        addTo(message);
    }

    /** Adds the receipt, and leaves the request's headers, so that the message can be sent again. */
    public void addTo(Message message) {
        set(message, SageMakerAsyncConstants.INFERENCE_ID, inferenceId);
        set(message, SageMakerAsyncConstants.OUTPUT_LOCATION, outputLocation);
        set(message, SageMakerAsyncConstants.FAILURE_LOCATION, failureLocation);
        set(message, SageMakerAsyncConstants.INPUT_LOCATION, inputLocation);
        set(message, SageMakerAsyncConstants.PAYLOAD_MODE, payloadMode());
    }
}
