package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.LocalAwsExtension;
import io.github.camelsagemaker.async.testinfra.ModelException;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The main job: what a route sends comes back as an exchange. */
class RoundTripTest extends CamelTestSupport {

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    @Override
    protected CamelContext createCamelContext() throws Exception {
        LocalAws aws = AWS.aws();
        aws.createBucket("models");
        aws.endpoint("summarizer")
                .outputPath("s3://models/out/")
                .failurePath("s3://models/out/failed/")
                .model(request -> {
                    byte[] body = request.body();
                    if (new String(body).startsWith("broken")) {
                        throw new ModelException("cannot read this");
                    }
                    return new ModelResponse(body, "text/x-echo");
                })
                .create();
        CamelContext context = super.createCamelContext();
        SageMakerAsyncConfiguration configuration = context.getComponent(
                        "sagemaker-async", SageMakerAsyncComponent.class)
                .getConfiguration();
        configuration.setS3AsyncClient(aws.s3Client());
        configuration.setSageMakerRuntimeAsyncClient(aws.sageMakerClient());
        return context;
    }

    @Override
    protected RoutesBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:documents")
                        .to("sagemaker-async:summarizer?inputLocation=s3://models/in/")
                        .to("mock:sent");
                from("sagemaker-async:summarizer?outputLocation=s3://models/out&failureLocation=s3://models/out/failed"
                                + "&inputLocation=s3://models/in/&deleteInputAfterRead=true&delay=50&initialDelay=0")
                        .to("mock:results");
            }
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127_999, 128_000, 128_001, 6_000_000})
    void aBodyOfAnySizeComesBackAsAnExchange(int size) throws Exception {
        byte[] body = new byte[size];
        Arrays.fill(body, (byte) 'x');
        MockEndpoint sent = getMockEndpoint("mock:sent");
        MockEndpoint results = getMockEndpoint("mock:results");
        sent.expectedMessageCount(1);
        results.expectedMessageCount(1);

        template.sendBody("direct:documents", body);

        MockEndpoint.assertIsSatisfied(context);
        Exchange receipt = sent.getExchanges().get(0);
        Exchange result = results.getExchanges().get(0);
        PayloadMode mode = size == 0 || size > 128_000 ? PayloadMode.S3 : PayloadMode.INLINE;
        assertThat(receipt.getMessage().getHeader(SageMakerAsyncConstants.PAYLOAD_MODE, PayloadMode.class))
                .isEqualTo(mode);
        assertThat(result.getMessage().getBody(byte[].class)).isEqualTo(body);
        assertThat(result.getMessage().getHeader(SageMakerAsyncConstants.INVOCATION_STATUS))
                .isEqualTo(InferenceStatus.COMPLETED);
        assertThat(result.getMessage().getHeader(SageMakerAsyncConstants.OUTPUT_LOCATION))
                .isEqualTo(receipt.getMessage().getHeader(SageMakerAsyncConstants.OUTPUT_LOCATION));
        assertThat(result.getMessage().getHeader(Exchange.CONTENT_TYPE)).isEqualTo("text/x-echo");
        assertNothingIsLeftInS3();
    }

    @Test
    void aFailureComesBackAsAnExchangeToo() throws Exception {
        MockEndpoint results = getMockEndpoint("mock:results");
        results.expectedMessageCount(1);

        template.sendBody("direct:documents", "broken");

        MockEndpoint.assertIsSatisfied(context);
        Exchange result = results.getExchanges().get(0);
        assertThat(result.getMessage().getHeader(SageMakerAsyncConstants.INVOCATION_STATUS))
                .isEqualTo(InferenceStatus.FAILED);
        assertThat(result.getMessage().getBody(String.class)).isEqualTo("cannot read this");
        assertNothingIsLeftInS3();
    }

    private static void assertNothingIsLeftInS3() {
        await().untilAsserted(() -> assertThat(Stream.of("in/", "out/")
                        .flatMap(prefix -> AWS
                                .aws()
                                .s3Client()
                                .listObjectsV2(r -> r.bucket("models").prefix(prefix))
                                .join()
                                .contents()
                                .stream()))
                .isEmpty());
    }
}
