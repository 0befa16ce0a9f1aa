package io.github.camelsagemaker.async.internal.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelsagemaker.async.PayloadMode;
import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.error.InvalidInferenceRequestException;
import io.github.camelsagemaker.async.internal.result.AwaitedFolder;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.sagemakerruntime.model.InvokeEndpointAsyncRequest;

class RequestReaderTest {

    private final SageMakerAsyncConfiguration options = new SageMakerAsyncConfiguration();
    private final Message message = new DefaultExchange(new DefaultCamelContext()).getMessage();

    @Test
    void withoutHeadersTheOptionsCount() {
        options.setContentType("a/b");
        options.setAccept("c/d");
        options.setCustomAttributes("e=f");
        options.setRequestTtlSeconds(60);
        options.setInvocationTimeoutSeconds(1);
        options.setS3OutputPathExtension("g/h");
        options.setPayloadMode(PayloadMode.INLINE);

        InferenceRequest request = read();

        assertThat(request).isEqualTo(request(PayloadMode.INLINE, call -> call.endpointName("of-uri")
                .inferenceId(request.inferenceId())
                .contentType("a/b")
                .accept("c/d")
                .customAttributes("e=f")
                .requestTTLSeconds(60)
                .invocationTimeoutSeconds(1)
                .s3OutputPathExtension("g/h")));
        assertThat(UUID.fromString(request.inferenceId())).isNotNull();
    }

    @Test
    void headersWinOverOptions() {
        options.setRequestHeaders("*");
        options.setContentType("option/x");
        options.setAccept("option/x");
        options.setCustomAttributes("option");
        options.setRequestTtlSeconds(60);
        options.setInvocationTimeoutSeconds(1);
        options.setS3OutputPathExtension("option");
        message.setHeaders(Map.ofEntries(
                Map.entry(SageMakerAsyncConstants.REQUEST_ENDPOINT_NAME, "other"),
                Map.entry(SageMakerAsyncConstants.REQUEST_INFERENCE_ID, "id-1"),
                Map.entry(SageMakerAsyncConstants.REQUEST_CONTENT_TYPE, "a/b"),
                Map.entry(SageMakerAsyncConstants.REQUEST_ACCEPT, "c/d"),
                Map.entry(SageMakerAsyncConstants.REQUEST_CUSTOM_ATTRIBUTES, "e=f"),
                Map.entry(SageMakerAsyncConstants.REQUEST_TTL_SECONDS, 90),
                Map.entry(SageMakerAsyncConstants.REQUEST_INVOCATION_TIMEOUT_SECONDS, "30"),
                Map.entry(SageMakerAsyncConstants.REQUEST_OUTPUT_PATH_EXTENSION, "g/h"),
                Map.entry(SageMakerAsyncConstants.REQUEST_FILENAME, "r.json"),
                Map.entry(SageMakerAsyncConstants.REQUEST_PAYLOAD_MODE, "s3"),
                Map.entry(SageMakerAsyncConstants.REQUEST_INPUT_LOCATION, "s3://b/k")));

        assertThat(read()).isEqualTo(request(PayloadMode.S3, call -> call.endpointName("other")
                .inferenceId("id-1")
                .contentType("a/b")
                .accept("c/d")
                .customAttributes("e=f")
                .requestTTLSeconds(90)
                .invocationTimeoutSeconds(30)
                .s3OutputPathExtension("g/h")
                .filename("r.json")
                .inputLocation("s3://b/k")));
    }

    @ParameterizedTest
    @ValueSource(ints = {1024, 1025})
    void aTraceContextThatDoesNotFitBehindTheAttributesIsLeftOut(int length) {
        String parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        String joined = ";traceparent=" + parent;
        String attributes = "a".repeat(length - joined.length());
        options.setPropagateTraceContext(true);
        options.setCustomAttributes(attributes);
        message.setHeader("traceparent", parent);

        assertThat(read().call().customAttributes()).isEqualTo(length > 1024 ? attributes : attributes + joined);
    }

    @Test
    void theExchangesContentTypeIsTakenWhereNeitherHeaderNorOptionTellsIt() {
        message.setHeader(Exchange.CONTENT_TYPE, "exchange/x");
        assertThat(read().call().contentType()).isEqualTo("exchange/x");

        options.setContentType("option/x");
        assertThat(read().call().contentType()).isEqualTo("option/x");

        message.setHeader(SageMakerAsyncConstants.REQUEST_CONTENT_TYPE, "header/x");
        assertThat(read().call().contentType()).isEqualTo("header/x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"EndpointName", "InputLocation"})
    void whatChoosesEndpointOrObjectIsRefusedUnlessItIsAskedFor(String name) {
        String header = "CamelAwsSageMakerAsyncRequest" + name;
        // Brokers change the case of names, and Camel reads headers in any case.
        message.setHeader(header.toUpperCase(Locale.ROOT), name.equals("EndpointName") ? "other" : "s3://b/k");

        assertThatThrownBy(this::read)
                .isInstanceOf(InvalidInferenceRequestException.class)
                .hasMessageContaining(header.toUpperCase(Locale.ROOT))
                .hasMessageContaining("option requestHeaders")
                .hasMessageContaining("InferenceId, ")
                .hasMessageContaining("removeHeader(");

        options.setRequestHeaders(name.toLowerCase(Locale.ROOT));
        assertThat(read()).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "Accept, Accept, true",
        "Accept, ContentType, false",
        "'InferenceId , Accept', Accept, true",
        ".*Seconds, TtlSeconds, true",
        "'*', InputLocation, true",
        "'', Accept, false",
        "Content*, ContentType, true",
        "(Accept|ContentType), ContentType, true"
    })
    void theOptionNamesHeadersOrPatterns(String option, String name, boolean honoured) {
        options.setRequestHeaders(option);
        message.setHeader("CamelAwsSageMakerAsyncRequest" + name, name.equals("TtlSeconds") ? "60" : "s3://b/k");

        if (honoured) {
            assertThat(read()).isNotNull();
        } else {
            assertThatThrownBy(this::read).hasMessageContaining("option requestHeaders");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Endpoint", "CamelAwsSageMakerAsyncRequestEndpointName", "Accept,TtlSecs"})
    void aNameInTheOptionThatNoHeaderHasIsRefused(String option) {
        options.setRequestHeaders(option);

        assertThatThrownBy(this::read)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Option requestHeaders")
                .hasMessageContaining("TtlSeconds");
    }

    @Test
    void anInferenceIdThatWouldBeTakenForAnAwaitedRequestsIsRefused() {
        message.setHeader(SageMakerAsyncConstants.REQUEST_INFERENCE_ID, AwaitedFolder.newId());

        assertThatThrownBy(this::read)
                .isInstanceOf(InvalidInferenceRequestException.class)
                .hasMessageContaining("awaitResult");
    }

    @Test
    void aFileAsAHeaderIsRefusedAndNotRead() throws Exception {
        message.setHeader(SageMakerAsyncConstants.REQUEST_FILENAME, File.createTempFile("header", "content"));

        assertThatThrownBy(this::read)
                .isInstanceOf(InvalidInferenceRequestException.class)
                .hasMessageContaining("'java.io.File'")
                .hasMessageContaining("must be text");
    }

    @Test
    void aHeaderWhoseTextThrowsIsRefusedByItsName() {
        message.setHeader(SageMakerAsyncConstants.REQUEST_ACCEPT, new Object() {
            @Override
            public String toString() {
                throw new IllegalStateException("half built");
            }
        });

        assertThatThrownBy(this::read)
                .isInstanceOf(InvalidInferenceRequestException.class)
                .hasMessageStartingWith("Header " + SageMakerAsyncConstants.REQUEST_ACCEPT + " is a ")
                .rootCause()
                .hasMessage("half built");
    }

    @Test
    void aHeaderWithoutValueIsNone() {
        message.setHeader(SageMakerAsyncConstants.REQUEST_ENDPOINT_NAME, null);

        assertThat(read().endpointName()).isEqualTo("of-uri");
    }

    @Test
    void headersAsBytesAreReadAsBrokersSendThem() {
        message.setHeader(SageMakerAsyncConstants.REQUEST_TTL_SECONDS, "75".getBytes(StandardCharsets.UTF_8));
        message.setHeader(SageMakerAsyncConstants.REQUEST_ACCEPT, "a/b".getBytes(StandardCharsets.UTF_8));

        assertThat(read().call().requestTTLSeconds()).isEqualTo(75);
        assertThat(read().call().accept()).isEqualTo("a/b");
    }

    @Test
    void headersThatTheComponentSetsAreNotRead() {
        message.setHeaders(Map.of(
                SageMakerAsyncConstants.INFERENCE_ID, "old",
                SageMakerAsyncConstants.ENDPOINT_NAME, "old",
                SageMakerAsyncConstants.INPUT_LOCATION, "s3://old/old",
                SageMakerAsyncConstants.CUSTOM_ATTRIBUTES, "old",
                SageMakerAsyncConstants.CONTENT_TYPE, "old/old",
                SageMakerAsyncConstants.PAYLOAD_MODE, PayloadMode.S3));

        InferenceRequest request = read();

        assertThat(request).isEqualTo(request(PayloadMode.AUTO, call -> call.endpointName("of-uri")
                .inferenceId(request.inferenceId())));
        assertThat(request.inferenceId()).isNotEqualTo("old");
    }

    @ParameterizedTest
    @CsvSource({
        "EndpointName, a_b, 1 to 63",
        "InputLocation, ftp://b/k, s3://",
        "InputLocation, s3://bucket, s3://bucket/key",
        "InputLocation, s3://bucket/, s3://bucket/key",
        "InferenceId, '', 1 to 64",
        "ContentType, '', 1024",
        "Accept, ä, 1024",
        "CustomAttributes, ä, 1024",
        "TtlSeconds, 59, 60 to 21600",
        "TtlSeconds, soon, whole number",
        "InvocationTimeoutSeconds, 3601, 1 to 3600",
        "OutputPathExtension, a b, 1 to 512",
        "Filename, a.b.c, 1 to 32",
        "PayloadMode, FTP, 'AUTO, INLINE, S3'"
    })
    void aBadHeaderIsRefusedNamingHeaderAndLimit(String header, String value, String limit) {
        options.setRequestHeaders("*");
        message.setHeader(SageMakerAsyncConstants.REQUEST_PREFIX + header, value);

        assertThatThrownBy(this::read)
                .isInstanceOf(InvalidInferenceRequestException.class)
                .hasMessageContaining("Header CamelAwsSageMakerAsyncRequest" + header + " is '")
                .hasMessageContaining(limit);
    }

    @Test
    void readingLeavesTheMessageAsItIs() {
        message.setHeader(SageMakerAsyncConstants.REQUEST_FILENAME, "r.json");

        read();

        assertThat(message.getHeaders()).containsOnlyKeys(SageMakerAsyncConstants.REQUEST_FILENAME);
    }

    private static InferenceRequest request(PayloadMode mode, Consumer<InvokeEndpointAsyncRequest.Builder> call) {
        return new InferenceRequest(
                InvokeEndpointAsyncRequest.builder().applyMutation(call).build(), mode);
    }

    private InferenceRequest read() {
        return new RequestReader(ProducerSettings.of("of-uri", options)).read(message);
    }
}
