package io.github.camelsagemaker.async.internal.request;

import static java.util.Objects.requireNonNullElse;

import io.github.camelsagemaker.async.PayloadMode;
import java.time.Duration;
import software.amazon.awssdk.services.sagemakerruntime.model.InvokeEndpointAsyncRequest;

/**
 * What one exchange asks of SageMaker, checked. Members that are not asked for are null, except endpoint name, inference id and
 * payload mode, which are always there.
 *
 * @param call lacks its payload, unless the input location says where that is in S3 already
 */
public record InferenceRequest(InvokeEndpointAsyncRequest call, PayloadMode payloadMode) {

    /** What SageMaker does when the call does not say how long the model may take (AWS API model). */
    private static final int DEFAULT_INVOCATION_SECONDS = 900;

    public String endpointName() {
        return call.endpointName();
    }

    public String inferenceId() {
        return call.inferenceId();
    }

    /** The time after which SageMaker answers it no more. Unless the call says less, it waits as long as it may in the queue. */
    public Duration lifetime() {
        return Duration.ofSeconds(requireNonNullElse(call.requestTTLSeconds(), Constraints.REQUEST_TTL.most())
                + requireNonNullElse(call.invocationTimeoutSeconds(), DEFAULT_INVOCATION_SECONDS));
    }

    /** Under another id, with its result at another place. */
    public InferenceRequest with(String id, String extension) {
        return new InferenceRequest(
                call.copy(copy -> copy.inferenceId(id).s3OutputPathExtension(extension)), payloadMode);
    }
}
