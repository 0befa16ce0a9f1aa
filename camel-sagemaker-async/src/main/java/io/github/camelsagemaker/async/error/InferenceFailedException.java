package io.github.camelsagemaker.async.error;

import io.github.camelsagemaker.async.internal.options.LogSanitizer;
import org.apache.camel.RuntimeCamelException;

/**
 * SageMaker reported that an inference failed.
 *
 * <p>The failure's content is never in the message, because it may quote the payload; {@link #getFailureBody()} gives its
 * beginning.
 */
public class InferenceFailedException extends RuntimeCamelException {

    /** Most characters of the failure's content that the exception keeps. */
    public static final int MAX_FAILURE_BODY = 4096;

    private final String inferenceId;
    private final String outputLocation;
    private final String failureLocation;
    private final String failureReason;
    private final String failureBody;

    /**
     * Every argument but the endpoint may be null.
     *
     * @param failureBody the failure's content; cut to {@value #MAX_FAILURE_BODY} characters
     */
    public InferenceFailedException(
            String endpointName,
            String inferenceId,
            String outputLocation,
            String failureLocation,
            String failureReason,
            String failureBody) {
        super("SageMaker endpoint '" + endpointName + "' reports a failed inference"
                + told(", inference id ", inferenceId)
                + told(", failure at ", failureLocation)
                + told(": ", failureReason));
        this.inferenceId = inferenceId;
        this.outputLocation = outputLocation;
        this.failureLocation = failureLocation;
        this.failureReason = failureReason;
        this.failureBody = failureBody == null || failureBody.length() <= MAX_FAILURE_BODY
                ? failureBody
                : failureBody.substring(0, MAX_FAILURE_BODY);
    }

    private static String told(String what, String value) {
        return value == null ? "" : what + LogSanitizer.oneLine(value);
    }

    /** The request's inference id, or null. */
    public String getInferenceId() {
        return inferenceId;
    }

    /** Where the result would have been, or null. */
    public String getOutputLocation() {
        return outputLocation;
    }

    /** Where the failure is, or null. */
    public String getFailureLocation() {
        return failureLocation;
    }

    /** Why it failed, where SageMaker says so, or null. */
    public String getFailureReason() {
        return failureReason;
    }

    /** The beginning of the failure's content, at most {@value #MAX_FAILURE_BODY} characters, or null. */
    public String getFailureBody() {
        return failureBody;
    }
}
