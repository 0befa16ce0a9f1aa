package io.github.camelsagemaker.async.it.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.opentelemetry2.OpenTelemetryTracer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With camel-opentelemetry2, which knows nothing of this component. */
class TracingTest extends OperationsTestSupport {

    private final List<SpanData> spans = new CopyOnWriteArrayList<>();
    private final SdkTracerProvider provider = SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(collecting()))
            .build();

    private SpanExporter collecting() {
        return new SpanExporter() {
            @Override
            public CompletableResultCode export(Collection<SpanData> ended) {
                spans.addAll(ended);
                return CompletableResultCode.ofSuccess();
            }

            @Override
            public CompletableResultCode flush() {
                return CompletableResultCode.ofSuccess();
            }

            @Override
            public CompletableResultCode shutdown() {
                return CompletableResultCode.ofSuccess();
            }
        };
    }

    @BeforeEach
    void trace() {
        context.getRegistry().bind("tracer", provider.get("test"));
        context.getRegistry().bind("propagators", ContextPropagators.create(W3CTraceContextPropagator.getInstance()));
        OpenTelemetryTracer tracer = new OpenTelemetryTracer();
        tracer.setCamelContext(context);
        tracer.init(context);
    }

    @AfterEach
    void close() {
        provider.close();
    }

    /** The span of our endpoint. */
    private SpanData span(String op) {
        await().atMost(SOON).until(() -> spans.stream().anyMatch(span -> is(span, op)));
        return spans.stream().filter(span -> is(span, op)).findFirst().orElseThrow();
    }

    private static boolean is(SpanData span, String op) {
        return op.equals(span.getAttributes().get(AttributeKey.stringKey("op")))
                && "sagemaker-async".equals(span.getAttributes().get(AttributeKey.stringKey("url.scheme")));
    }

    @Test
    void theResultsTraceJoinsTheRequests() throws Exception {
        routes("&propagateTraceContext=true");

        Exchange sent = send("hello", Map.of(SageMakerAsyncConstants.REQUEST_CUSTOM_ATTRIBUTES, "tenant=7"));

        Message result = result();
        SpanData request = span("EVENT_SENT");
        SpanData received = span("EVENT_RECEIVED");
        assertThat(received.getTraceId()).isEqualTo(request.getTraceId());
        assertThat(received.getParentSpanId()).isEqualTo(request.getSpanId());
        assertThat(result.getHeader(SageMakerAsyncConstants.CUSTOM_ATTRIBUTES)).isEqualTo("tenant=7");
        assertThat(aws().ledger()
                        .accepted(sent.getMessage().getHeader(SageMakerAsyncConstants.INFERENCE_ID, String.class))
                        .customAttributes())
                .startsWith("tenant=7;traceparent=00-" + request.getTraceId());
    }

    @Test
    void withoutTheOptionNothingIsAdded() throws Exception {
        routes("");

        Exchange sent = send("hello", Map.of(SageMakerAsyncConstants.REQUEST_CUSTOM_ATTRIBUTES, "tenant=7"));

        assertThat(result().getHeader(SageMakerAsyncConstants.CUSTOM_ATTRIBUTES))
                .isEqualTo("tenant=7");
        assertThat(aws().ledger()
                        .accepted(sent.getMessage().getHeader(SageMakerAsyncConstants.INFERENCE_ID, String.class))
                        .customAttributes())
                .isEqualTo("tenant=7");
        assertThat(span("EVENT_RECEIVED").getTraceId())
                .isNotEqualTo(span("EVENT_SENT").getTraceId());
    }

    @Test
    void attributesThatLeaveNoRoomAreSentAsTheyAre() throws Exception {
        routes("&propagateTraceContext=true");
        String full = "x".repeat(1024);

        Exchange sent = send("hello", Map.of(SageMakerAsyncConstants.REQUEST_CUSTOM_ATTRIBUTES, full));

        assertThat(sent.getException()).isNull();
        assertThat(result().getHeader(SageMakerAsyncConstants.CUSTOM_ATTRIBUTES))
                .isEqualTo(full);
    }
}
