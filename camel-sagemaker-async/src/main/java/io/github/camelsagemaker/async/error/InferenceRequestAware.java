package io.github.camelsagemaker.async.error;

import java.io.Serializable;

/** An exception about one request, which says where its outcome is or would be. */
public interface InferenceRequestAware {

    /** What is known of the request: each may be null. */
    record Request(String inferenceId, String outputLocation, String failureLocation) implements Serializable {}

    /** None of its values is known if no request was sent. */
    Request getRequest();

    /** The request's inference id, or null if none was sent. */
    default String getInferenceId() {
        return getRequest().inferenceId();
    }

    /** Where the output would be, or null if no request was sent. */
    default String getOutputLocation() {
        return getRequest().outputLocation();
    }

    /** Where the failure is or would be, or null if that is not known, or the endpoint has no failure path. */
    default String getFailureLocation() {
        return getRequest().failureLocation();
    }
}
