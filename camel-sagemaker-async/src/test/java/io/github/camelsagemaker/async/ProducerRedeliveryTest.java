package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.error.CallNotSentException;
import io.github.camelsagemaker.async.error.InvalidInferenceRequestException;
import io.github.camelsagemaker.async.error.ServiceUnavailableException;
import io.github.camelsagemaker.async.testinfra.AcceptedRequest;
import io.github.camelsagemaker.async.testinfra.Fault;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.converter.stream.InputStreamCache;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;

/** Camel's error handler sends an exchange again: the body must be the same, or the failure clear. */
class ProducerRedeliveryTest extends ProducerTestSupport {

    @TempDir
    private Path folder;

    private void redeliveringRoute(String uri) throws Exception {
        redeliveringRoute(uri, false);
    }

    private void redeliveringRoute(String uri, boolean streamCaching) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                onException(ServiceUnavailableException.class)
                        .maximumRedeliveries(2)
                        .redeliveryDelay(0)
                        .asyncDelayedRedelivery();
                from("direct:in").streamCache(Boolean.toString(streamCaching)).to(uri);
            }
        });
    }

    private static void failTheFirstCall() {
        // The SDK tries four times before the route sees a failure.
        aws.faults().forSageMaker(4, Fault.unavailable503());
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 128_001})
    void aStreamCacheIsSentAgain(int size) throws Exception {
        redeliveringRoute("sagemaker-async:echo?inputLocation=" + INPUTS);
        failTheFirstCall();
        byte[] bytes = random(size);

        assertSentAgain(sent(new InputStreamCache(bytes), Map.of()), bytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 128_001})
    void aFileIsSentAgain(int size) throws Exception {
        redeliveringRoute("sagemaker-async:echo?inputLocation=" + INPUTS);
        failTheFirstCall();
        byte[] bytes = random(size);

        assertSentAgain(sent(Files.write(folder.resolve("f"), bytes).toFile(), Map.of()), bytes);
    }

    @Test
    void aStreamIsSentAgainWhenCamelCachesStreams() throws Exception {
        redeliveringRoute("sagemaker-async:echo?inputLocation=" + INPUTS, true);
        failTheFirstCall();
        byte[] bytes = random(128_001);

        assertSentAgain(sent(new ByteArrayInputStream(bytes), Map.of()), bytes);
    }

    @Test
    void whatGotNoConnectionIsTriedAgainAndLeavesNothing() throws Exception {
        AtomicInteger redeliveries = new AtomicInteger();
        try (SageMakerRuntimeAsyncClient client = unreachableClient()) {
            camel.getRegistry().bind("unreachable", client);
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    onException(CallNotSentException.class)
                            .maximumRedeliveries(2)
                            .redeliveryDelay(0)
                            .onRedelivery(exchange -> redeliveries.incrementAndGet());
                    from("direct:in")
                            .to("sagemaker-async:echo?payloadMode=S3&inputLocation=" + INPUTS
                                    + "&sageMakerRuntimeAsyncClient=#unreachable");
                }
            });

            assertThat(send("body").getException()).isInstanceOf(CallNotSentException.class);
        }
        assertThat(redeliveries).hasValue(2);
        assertNothingLeftInS3();
    }

    private static void assertSentAgain(Exchange exchange, byte[] bytes) {
        assertThat(aws.ledger().calls("InvokeEndpointAsync")).isEqualTo(5);
        assertThat(processed(exchange).bodySha256()).isEqualTo(sha256(bytes));
        assertThat(aws.ledger().acceptedCount()).isEqualTo(1);
    }

    @Test
    void aPlainStreamThatTravelledInlineIsRefusedTheSecondTimeAndNoEmptyPayloadIsSent() throws Exception {
        redeliveringRoute("sagemaker-async:echo?inputLocation=" + INPUTS);
        failTheFirstCall();

        Exchange exchange = send(new ByteArrayInputStream(random(10)));

        assertThat(exchange.getException())
                .isInstanceOf(InvalidInferenceRequestException.class)
                .hasMessageContainingAll("read before", "stream caching");
        assertThat(aws.ledger().calls("InvokeEndpointAsync")).isEqualTo(4);
        assertThat(aws.ledger().acceptedCount()).isZero();
    }

    @Test
    void aPlainStreamThatIsInS3IsSentAgainFromThere() throws Exception {
        redeliveringRoute("sagemaker-async:echo?inputLocation=" + INPUTS);
        failTheFirstCall();
        byte[] bytes = random(128_001);

        assertSentAgain(sent(new ByteArrayInputStream(bytes), Map.of()), bytes);
    }

    @Test
    void aRedeliverySeesTheRequestHeadersAgain() throws Exception {
        redeliveringRoute("sagemaker-async:echo");
        failTheFirstCall();

        sent(
                "body",
                Map.of(
                        SageMakerAsyncConstants.REQUEST_INFERENCE_ID, "mine",
                        SageMakerAsyncConstants.REQUEST_CUSTOM_ATTRIBUTES, "a=b"));

        AcceptedRequest request = Awaitility.await().until(() -> aws.ledger().accepted("mine"), r -> r != null);
        assertThat(request.customAttributes()).isEqualTo("a=b");
    }

    @Test
    void anExchangeThatFailedKeepsItsRequestHeadersForWhoTriesAgain() throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:in")
                        .doTry()
                        .to("sagemaker-async:nowhere")
                        .doCatch(Exception.class)
                        .to("sagemaker-async:echo")
                        .end();
            }
        });

        sent("body", Map.of(SageMakerAsyncConstants.REQUEST_INFERENCE_ID, "mine"));

        assertThat(aws.ledger().accepted())
                .extracting(AcceptedRequest::inferenceId)
                .isEqualTo(List.of("mine"));
    }
}
