package io.github.camelsagemaker.async.error;

import io.github.camelsagemaker.async.internal.options.LogSanitizer;
import org.apache.camel.RuntimeCamelException;

/**
 * SageMaker reported that an inference failed.
 *
 * <p>The failure's content is never in the message, because it may quote the payload; {@link #getFailureBody()} gives its
 * beginning.
 */
public class InferenceFailedException extends RuntimeCamelException implements InferenceRequestAware {

    /** Most characters of the failure's content that the exception keeps. */
    public static final int MAX_FAILURE_BODY = 4096;

    private final Request request;
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
                + shown(", inference id ", inferenceId)
                + shown(", failure at ", failureLocation)
                + shown(": ", failureReason));
        this.request = new Request(inferenceId, outputLocation, failureLocation);
        this.failureReason = failureReason;
        this.failureBody = LogSanitizer.beginning(failureBody, MAX_FAILURE_BODY);
    }

    private static String shown(String what, String value) {
        return value == null ? "" : what + LogSanitizer.oneLine(value);
    }

    @Override
    public Request getRequest() {
        return request;
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
