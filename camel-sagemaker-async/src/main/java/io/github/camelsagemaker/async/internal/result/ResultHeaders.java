package io.github.camelsagemaker.async.internal.result;

import static io.github.camelsagemaker.async.internal.s3.S3Location.uriOf;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.internal.observe.TraceContext;
import io.github.camelsagemaker.async.internal.result.RequestRecords.RequestRecord;
import java.nio.charset.Charset;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Message;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.support.DefaultHeaderFilterStrategy;

/** Writes what is known of a result into headers. What is not known is no header. Thread-safe. */
public final class ResultHeaders {

    /** The charset in a media type, if its name is one that Java lets be. */
    private static final Pattern CHARSET =
            Pattern.compile("(?i).*;\\s*charset\\s*=\\s*\"?([a-z0-9][a-z0-9+.:_-]*)(?:[\";\\s].*)?", Pattern.DOTALL);

    private final HeaderFilterStrategy filter;
    private final boolean propagateTraceContext;

    /** @param filter decides about the object's user metadata; null for the default */
    public ResultHeaders(HeaderFilterStrategy filter, boolean propagateTraceContext) {
        this.propagateTraceContext = propagateTraceContext;
        DefaultHeaderFilterStrategy withoutCamelHeaders = new DefaultHeaderFilterStrategy();
        withoutCamelHeaders.setInFilterStartsWith("camel");
        withoutCamelHeaders.setLowerCase(true);
        this.filter = filter != null ? filter : withoutCamelHeaders;
    }

    public void write(Message message, ResultEvent event) {
        message.setHeader(SageMakerAsyncConstants.INVOCATION_STATUS, event.status());
        message.setHeader(SageMakerAsyncConstants.ENDPOINT_NAME, event.endpointName());
        set(message, SageMakerAsyncConstants.INFERENCE_ID, event.inferenceId());
        set(message, SageMakerAsyncConstants.OUTPUT_LOCATION, uriOf(event.outputLocation()));
        set(message, SageMakerAsyncConstants.FAILURE_LOCATION, uriOf(event.failureLocation()));
        set(message, SageMakerAsyncConstants.INPUT_LOCATION, uriOf(event.inputLocation()));
        set(message, SageMakerAsyncConstants.FAILURE_REASON, event.failureReason());
        TraceContext context = propagateTraceContext
                ? TraceContext.parse(event.customAttributes())
                : new TraceContext(event.customAttributes(), null);
        set(message, SageMakerAsyncConstants.CUSTOM_ATTRIBUTES, context.customAttributes());
        set(message, TraceContext.HEADER, context.traceparent());
        set(message, SageMakerAsyncConstants.CONTENT_LENGTH, event.contentLength());
        set(message, SageMakerAsyncConstants.ETAG, event.etag());
        setEventTime(message, event.eventTime());
        set(message, SageMakerAsyncConstants.RECEIVED_TIME, event.receivedTime());
        setContentType(message, event.contentType());
    }

    /** What the object tells. The event is believed about the media type and the time, the object about itself. */
    public void write(Message message, ResultEvent event, InferenceResult result) {
        for (Map.Entry<String, String> entry : result.metadata().entrySet()) {
            if (!filter.applyFilterToExternalHeaders(entry.getKey(), entry.getValue(), message.getExchange())
                    && message.getHeader(entry.getKey()) == null) {
                message.setHeader(entry.getKey(), entry.getValue());
            }
        }
        set(message, SageMakerAsyncConstants.CONTENT_LENGTH, result.contentLength());
        set(message, SageMakerAsyncConstants.ETAG, result.etag());
        if (event.contentType() == null) {
            setContentType(message, result.contentType());
        }
        if (event.eventTime() == null) {
            setEventTime(message, result.lastModified());
        }
        set(message, Exchange.CONTENT_ENCODING, result.contentEncoding());
    }

    /** What is remembered of the request, where the result does not tell otherwise. */
    public void restore(Message message, RequestRecord record) {
        setIfAbsent(message, SageMakerAsyncConstants.INFERENCE_ID, record.inferenceId());
        setIfAbsent(message, SageMakerAsyncConstants.INPUT_LOCATION, uriOf(record.inputLocation()));
        if (message.getHeader(SageMakerAsyncConstants.INVOCATION_STATUS) == InferenceStatus.FAILED) {
            setIfAbsent(message, SageMakerAsyncConstants.FAILURE_LOCATION, uriOf(record.failureLocation()));
        }
        set(message, SageMakerAsyncConstants.LATE, record.isLate() ? Boolean.TRUE : null);
        restore(message, record.headers);
    }

    public void restore(Message message, Map<String, Object> requestHeaders) {
        requestHeaders.forEach((name, value) -> setIfAbsent(message, name, value));
    }

    private static void setIfAbsent(Message message, String name, Object value) {
        if (message.getHeader(name) == null) {
            set(message, name, value);
        }
    }

    /** With the charset that Camel reads the body's bytes by. One that is left from before belongs to another body. */
    private static void setContentType(Message message, String contentType) {
        set(message, SageMakerAsyncConstants.CONTENT_TYPE, contentType);
        set(message, Exchange.CONTENT_TYPE, contentType);
        Exchange exchange = message.getExchange();
        exchange.removeProperty(ExchangePropertyKey.CHARSET_NAME);
        Matcher charset = CHARSET.matcher(contentType == null ? "" : contentType);
        if (charset.matches() && Charset.isSupported(charset.group(1))) {
            exchange.setProperty(ExchangePropertyKey.CHARSET_NAME, charset.group(1));
        }
    }

    private static void setEventTime(Message message, Instant time) {
        set(message, SageMakerAsyncConstants.EVENT_TIME, time);
        set(message, Exchange.MESSAGE_TIMESTAMP, time == null ? null : time.toEpochMilli());
    }

    /** Sets a header, unless there is no value. */
    public static void set(Message message, String name, Object value) {
        if (value != null) {
            message.setHeader(name, value);
        }
    }
}
