package io.github.camelsagemaker.async.internal.observe;

import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.options.LogSanitizer;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.MDC;

/**
 * Identifiers in the logging context (MDC) of the current thread, for as long as it is open; what was there before comes back.
 * What is null is left as it is.
 */
public final class LogContext implements AutoCloseable {

    public static final String INFERENCE_ID = "sagemaker.inferenceId";

    public static final String AWS_REQUEST_ID = "aws.requestId";

    private final List<Runnable> restoring = new ArrayList<>(2);

    public LogContext(String inferenceId, String requestId) {
        put(INFERENCE_ID, inferenceId);
        put(AWS_REQUEST_ID, requestId);
    }

    /** With the request id that the failure carries, if it is an answer of AWS. */
    public static LogContext of(String inferenceId, Throwable failure) {
        SageMakerAsyncException call = AwsErrors.callOf(failure);
        return new LogContext(inferenceId, call == null ? null : call.getRequestId());
    }

    private void put(String key, String value) {
        if (value != null) {
            String previous = MDC.get(key);
            MDC.put(key, LogSanitizer.oneLine(value)); // an id in a notification is whatever its sender wrote
            restoring.add(previous == null ? () -> MDC.remove(key) : () -> MDC.put(key, previous));
        }
    }

    @Override
    public void close() {
        restoring.forEach(Runnable::run);
    }
}
