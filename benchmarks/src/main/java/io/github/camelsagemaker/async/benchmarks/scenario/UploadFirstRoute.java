package io.github.camelsagemaker.async.benchmarks.scenario;

import io.github.camelsagemaker.async.benchmarks.Clients;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.aws2.s3.AWS2S3Constants;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeClient;
import software.amazon.awssdk.services.sagemakerruntime.model.InvokeEndpointAsyncResponse;

/** What users write today: aws2-s3 uploads the body, a bean invokes with its location. Both hold the thread. */
final class UploadFirstRoute extends RouteBuilder {

    static final String FROM = "direct:upload-first";

    private final Clients clients;

    UploadFirstRoute(Clients clients) {
        this.clients = clients;
    }

    @Override
    public void configure() {
        getContext().getRegistry().bind("uploadFirstS3", clients.blockingS3());
        Invoker invoker = new Invoker(clients.blockingSageMaker());
        from(FROM)
                .process(exchange -> exchange.getMessage().setHeader(AWS2S3Constants.KEY, "in/" + UUID.randomUUID()))
                .to("aws2-s3:payloads?amazonS3Client=#uploadFirstS3&autoCreateBucket=false")
                .process(invoker::invoke);
    }

    private record Invoker(SageMakerRuntimeClient client) {

        void invoke(Exchange exchange) {
            String location = "s3://payloads/" + exchange.getMessage().getHeader(AWS2S3Constants.KEY, String.class);
            InvokeEndpointAsyncResponse response = client.invokeEndpointAsync(request -> request.endpointName("model")
                    .contentType("application/json")
                    .inputLocation(location));
            exchange.getMessage().setHeader("outputLocation", response.outputLocation());
        }
    }
}
