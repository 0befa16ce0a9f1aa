package io.github.camelsagemaker.async.faults;

import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.result.InferenceStatus;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Message;

/** The results that a route handled without failing. Thread-safe. */
final class Emissions {

    /**
     * A handled result.
     *
     * @param inferenceId null where a scan could not tell
     * @param place where it landed, null where nothing told
     */
    record Emission(InferenceStatus status, String inferenceId, String place, String body, String original) {}

    private final List<Emission> all = new CopyOnWriteArrayList<>();

    void add(Message message) {
        InferenceStatus status = message.getHeader(SageMakerAsyncConstants.INVOCATION_STATUS, InferenceStatus.class);
        all.add(new Emission(
                status,
                message.getHeader(SageMakerAsyncConstants.INFERENCE_ID, String.class),
                placeOf(message, status),
                message.getBody(String.class),
                message.getHeader("original", String.class)));
    }

    static String keyOf(Message message) {
        InferenceStatus status = message.getHeader(SageMakerAsyncConstants.INVOCATION_STATUS, InferenceStatus.class);
        String place = placeOf(message, status);
        return status + " "
                + (place != null ? place : message.getHeader(SageMakerAsyncConstants.INFERENCE_ID, String.class));
    }

    private static String placeOf(Message message, InferenceStatus status) {
        return message.getHeader(
                status == InferenceStatus.COMPLETED
                        ? SageMakerAsyncConstants.OUTPUT_LOCATION
                        : SageMakerAsyncConstants.FAILURE_LOCATION,
                String.class);
    }

    List<Emission> all() {
        return all;
    }

    long at(String place) {
        return all.stream().filter(emission -> place.equals(emission.place())).count();
    }

    long of(String inferenceId, InferenceStatus status) {
        return all.stream()
                .filter(emission -> emission.status() == status && inferenceId.equals(emission.inferenceId()))
                .count();
    }
}
