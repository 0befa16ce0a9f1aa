package io.github.camelsagemaker.async.tracking;

import java.util.Objects;

/**
 * What a tracked invocation is known by: endpoints may use the same inference ids.
 *
 * @param endpointName the SageMaker endpoint
 * @param inferenceId the request's inference id, 1 to 64 characters
 */
public record InvocationKey(String endpointName, String inferenceId) {

    private static final int MAX_ID_LENGTH = 64;

    public InvocationKey {
        Objects.requireNonNull(endpointName, "endpointName");
        if (inferenceId == null || inferenceId.isEmpty() || inferenceId.length() > MAX_ID_LENGTH) {
            throw new IllegalArgumentException(
                    "An inference id has 1 to " + MAX_ID_LENGTH + " characters: '" + inferenceId + "'");
        }
    }

    @Override
    public String toString() {
        return endpointName + "/" + inferenceId;
    }
}
