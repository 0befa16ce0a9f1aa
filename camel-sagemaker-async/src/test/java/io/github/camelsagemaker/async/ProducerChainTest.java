package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.testinfra.AcceptedRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What one endpoint was asked or answered is not what the next is asked. */
class ProducerChainTest extends ProducerTestSupport {

    @Test
    void nothingOfAFirstRequestLeaksIntoASecond() throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .to("sagemaker-async:echo?inputLocation=" + INPUTS)
                        .to("sagemaker-async:other");
            }
        });

        Exchange exchange = sent(
                "body",
                Map.of(
                        SageMakerAsyncConstants.REQUEST_INFERENCE_ID, "first",
                        SageMakerAsyncConstants.REQUEST_PAYLOAD_MODE, "S3",
                        SageMakerAsyncConstants.REQUEST_ACCEPT, "a/b",
                        SageMakerAsyncConstants.REQUEST_CUSTOM_ATTRIBUTES, "a=b",
                        SageMakerAsyncConstants.REQUEST_TTL_SECONDS, 60,
                        SageMakerAsyncConstants.REQUEST_FILENAME, "first.json",
                        SageMakerAsyncConstants.REQUEST_OUTPUT_PATH_EXTENSION, "first"));

        AcceptedRequest second = processed(exchange);
        assertThat(second.endpointName()).isEqualTo("other");
        assertThat(second.inferenceId()).isNotEqualTo("first");
        assertThat(second.inline()).isTrue();
        assertThat(second.bodySha256()).isEqualTo(sha256("body".getBytes(StandardCharsets.UTF_8)));
        assertThat(second.accept()).isNull();
        assertThat(second.customAttributes()).isNull();
        assertThat(second.requestTtlSeconds()).isNull();
        assertThat(second.outputLocation()).doesNotContain("first");
        assertThat(exchange.getMessage().getHeaders())
                .isEqualTo(Map.of(
                        SageMakerAsyncConstants.INFERENCE_ID, second.inferenceId(),
                        SageMakerAsyncConstants.OUTPUT_LOCATION, second.outputLocation(),
                        SageMakerAsyncConstants.FAILURE_LOCATION, second.failureLocation(),
                        SageMakerAsyncConstants.PAYLOAD_MODE, PayloadMode.INLINE));
    }

    @Test
    void aSmallResultIsSentOnInline() throws Exception {
        assertResultIsSentOn(random(100), "");
    }

    @Test
    void aLargeResultIsSentOnThroughS3() throws Exception {
        assertResultIsSentOn(random(300_000), "");
    }

    @Test
    void aResultThatIsStillInS3IsSentOn() throws Exception {
        assertResultIsSentOn(random(300_000), "&streamBody=true");
    }

    private void assertResultIsSentOn(byte[] bytes, String consumerOptions) throws Exception {
        String results = "s3://results/echo-" + bytes.length + consumerOptions.length() + "/";
        aws.endpoint("echo").outputPath(results).create();
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to("sagemaker-async:echo?inputLocation=" + INPUTS);
                from("sagemaker-async:echo?delay=100&initialDelay=0&outputLocation=" + results + consumerOptions)
                        .to("sagemaker-async:other?inputLocation=" + INPUTS)
                        .to("mock:chained");
            }
        });

        sent(
                bytes,
                Map.of(
                        SageMakerAsyncConstants.REQUEST_INFERENCE_ID, "first",
                        SageMakerAsyncConstants.REQUEST_CUSTOM_ATTRIBUTES, "a=b",
                        SageMakerAsyncConstants.REQUEST_CONTENT_TYPE, "image/png"));

        MockEndpoint chained = camel.getEndpoint("mock:chained", MockEndpoint.class);
        List<Exchange> exchanges =
                Awaitility.await().until(chained::getReceivedExchanges, received -> !received.isEmpty());
        AcceptedRequest second = processed(exchanges.get(0));
        assertThat(second.endpointName()).isEqualTo("other");
        assertThat(second.inferenceId()).isNotEqualTo("first");
        assertThat(second.inline()).isEqualTo(bytes.length <= 128_000);
        assertThat(second.bodySha256()).isEqualTo(sha256(bytes));
        assertThat(second.contentType()).isEqualTo("image/png");
        assertThat(second.customAttributes()).isNull();
        assertThat(exchanges.get(0).getMessage().getHeaders().keySet())
                .noneMatch(name -> name.equals(SageMakerAsyncConstants.INVOCATION_STATUS)
                        || name.equals(SageMakerAsyncConstants.ETAG)
                        || name.equals(SageMakerAsyncConstants.EVENT_TIME));
    }
}
