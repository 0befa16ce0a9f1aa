package io.github.camelsagemaker.async.invoke;

import io.github.camelsagemaker.async.PayloadMode;
import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.error.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.observe.LogContext;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;
import software.amazon.awssdk.services.sagemakerruntime.model.InvokeEndpointAsyncRequest;
import software.amazon.awssdk.services.sagemakerruntime.model.InvokeEndpointAsyncResponse;

/** Calls InvokeEndpointAsync. Thread-safe; no method blocks. Failures are the component's own exceptions. */
final class InferenceInvoker {

    private static final Logger LOG = LoggerFactory.getLogger(InferenceInvoker.class);

    private static final String OPERATION = "InvokeEndpointAsync";

    private final SageMakerRuntimeAsyncClient client;

    InferenceInvoker(SageMakerRuntimeAsyncClient client) {
        this.client = client;
    }

    /** Sends the payload in the call, and reports the call's attempts. */
    CompletableFuture<InvocationReceipt> invokeInline(InferenceRequest request, byte[] payload, CallAttempts attempts) {
        return invoke(
                request,
                null,
                builder(request, attempts)
                        .body(SdkBytes.fromByteArrayUnsafe(payload))
                        .build(),
                attempts);
    }

    /** Names the payload's place in S3, and reports the call's attempts. */
    CompletableFuture<InvocationReceipt> invokeWithInput(
            InferenceRequest request, String inputLocation, CallAttempts attempts) {
        return invoke(
                request,
                inputLocation,
                builder(request, attempts).inputLocation(inputLocation).build(),
                attempts);
    }

    private CompletableFuture<InvocationReceipt> invoke(
            InferenceRequest request, String inputLocation, InvokeEndpointAsyncRequest call, CallAttempts attempts) {
        CompletableFuture<InvocationReceipt> receipt = Futures.call(() -> client.invokeEndpointAsync(call))
                .thenApply(response -> receipt(request, inputLocation, response));
        return Futures.onFailure(receipt, failure -> {
            attempts.failedForGood(failure);
            return CompletableFuture.failedFuture(AwsErrors.translate(
                    OPERATION,
                    "endpoint '" + request.endpointName() + "' (of the URI, or of the header "
                            + SageMakerAsyncConstants.REQUEST_ENDPOINT_NAME + ")",
                    failure,
                    attempts.mayHaveBeenCarriedOut()));
        });
    }

    private static InvokeEndpointAsyncRequest.Builder builder(InferenceRequest request, CallAttempts attempts) {
        return InvokeEndpointAsyncRequest.builder()
                .endpointName(request.endpointName())
                .inferenceId(request.inferenceId())
                .contentType(request.contentType())
                .accept(request.accept())
                .customAttributes(request.customAttributes())
                .requestTTLSeconds(request.requestTtlSeconds())
                .invocationTimeoutSeconds(request.invocationTimeoutSeconds())
                .s3OutputPathExtension(request.outputPathExtension())
                .filename(request.filename())
                .overrideConfiguration(override -> override.addPlugin(attempts.plugin()));
    }

    private static InvocationReceipt receipt(
            InferenceRequest request, String inputLocation, InvokeEndpointAsyncResponse response) {
        AwsErrors.require("SageMaker", "OutputLocation", response.outputLocation());
        if (LOG.isDebugEnabled()) {
            String requestId = response.responseMetadata() == null
                    ? null
                    : response.responseMetadata().requestId();
            try (LogContext context = LogContext.of(request.inferenceId(), requestId)) {
                LOG.debug(
                        "Endpoint {} accepted request {}, the result will be at {}",
                        request.endpointName(),
                        request.inferenceId(),
                        response.outputLocation());
            }
        }
        return new InvocationReceipt(
                response.inferenceId() != null ? response.inferenceId() : request.inferenceId(),
                response.outputLocation(),
                response.failureLocation(),
                inputLocation,
                inputLocation == null ? PayloadMode.INLINE : PayloadMode.S3);
    }
}
