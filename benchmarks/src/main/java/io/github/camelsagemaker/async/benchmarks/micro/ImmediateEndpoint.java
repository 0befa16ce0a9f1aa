package io.github.camelsagemaker.async.benchmarks.micro;

import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;
import software.amazon.awssdk.services.sagemakerruntime.model.InvokeEndpointAsyncRequest;
import software.amazon.awssdk.services.sagemakerruntime.model.InvokeEndpointAsyncResponse;

/** Accepts each request at once. */
final class ImmediateEndpoint implements SageMakerRuntimeAsyncClient {

    private static final CompletableFuture<InvokeEndpointAsyncResponse> ACCEPTED =
            CompletableFuture.completedFuture(InvokeEndpointAsyncResponse.builder()
                    .inferenceId("id")
                    .outputLocation("s3://results/out/id.out")
                    .build());

    @Override
    public CompletableFuture<InvokeEndpointAsyncResponse> invokeEndpointAsync(InvokeEndpointAsyncRequest request) {
        return ACCEPTED;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
