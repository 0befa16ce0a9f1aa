package io.github.camelsagemaker.async.faults;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import org.apache.camel.Message;

/**
 * A result that a route handled without failing.
 *
 * @param inferenceId null where a scan could not tell
 * @param place where it landed, null where nothing told
 */
record Emission(InferenceStatus status, String inferenceId, String place, String body) {

    static Emission of(Message message) {
        InferenceStatus status = message.getHeader(SageMakerAsyncConstants.INVOCATION_STATUS, InferenceStatus.class);
        return new Emission(
                status,
                message.getHeader(SageMakerAsyncConstants.INFERENCE_ID, String.class),
                message.getHeader(
                        status == InferenceStatus.COMPLETED
                                ? SageMakerAsyncConstants.OUTPUT_LOCATION
                                : SageMakerAsyncConstants.FAILURE_LOCATION,
                        String.class),
                message.getBody(String.class));
    }

    /** What it is told from others by. */
    String key() {
        return status + " " + (place != null ? place : inferenceId) + " " + body;
    }
}
