package io.github.camelsagemaker.async.internal.request;

import static io.github.camelsagemaker.async.SageMakerAsyncConstants.REQUEST_ACCEPT;
import static io.github.camelsagemaker.async.SageMakerAsyncConstants.REQUEST_CONTENT_TYPE;
import static io.github.camelsagemaker.async.SageMakerAsyncConstants.REQUEST_CUSTOM_ATTRIBUTES;
import static io.github.camelsagemaker.async.SageMakerAsyncConstants.REQUEST_ENDPOINT_NAME;
import static io.github.camelsagemaker.async.SageMakerAsyncConstants.REQUEST_FILENAME;
import static io.github.camelsagemaker.async.SageMakerAsyncConstants.REQUEST_INFERENCE_ID;
import static io.github.camelsagemaker.async.SageMakerAsyncConstants.REQUEST_INPUT_LOCATION;
import static io.github.camelsagemaker.async.SageMakerAsyncConstants.REQUEST_INVOCATION_TIMEOUT_SECONDS;
import static io.github.camelsagemaker.async.SageMakerAsyncConstants.REQUEST_OUTPUT_PATH_EXTENSION;
import static io.github.camelsagemaker.async.SageMakerAsyncConstants.REQUEST_PAYLOAD_MODE;
import static io.github.camelsagemaker.async.SageMakerAsyncConstants.REQUEST_TTL_SECONDS;

import io.github.camelsagemaker.async.PayloadMode;
import io.github.camelsagemaker.async.error.InvalidInferenceRequestException;
import io.github.camelsagemaker.async.internal.observe.TraceContext;
import java.io.File;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.WrappedFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the request out of a message's request headers and the producer's options; a header wins over its option.
 *
 * <p>The message is not changed: the headers are removed once SageMaker accepted the request, so that a redelivery still
 * sees them. Headers that the component itself sets are never read. Thread-safe.
 */
public final class RequestReader {

    private static final Logger LOG = LoggerFactory.getLogger(RequestReader.class);

    private final ProducerSettings settings;

    public RequestReader(ProducerSettings settings) {
        this.settings = settings;
    }

    /**
     * Reads and checks the headers.
     *
     * @throws InvalidInferenceRequestException naming the header, its value and what it may be
     */
    public InferenceRequest read(Message message) {
        settings.requestHeaders().check(message);
        return new InferenceRequest(
                header(message, REQUEST_ENDPOINT_NAME, Constraints::endpointName, settings.endpointName()),
                inferenceId(message),
                contentType(message),
                header(message, REQUEST_ACCEPT, Constraints::mediaType, settings.accept()),
                customAttributes(message),
                number(message, REQUEST_TTL_SECONDS, Constraints::requestTtlSeconds, settings.requestTtlSeconds()),
                number(
                        message,
                        REQUEST_INVOCATION_TIMEOUT_SECONDS,
                        Constraints::invocationTimeoutSeconds,
                        settings.invocationTimeoutSeconds()),
                header(
                        message,
                        REQUEST_OUTPUT_PATH_EXTENSION,
                        Constraints::outputPathExtension,
                        settings.outputPathExtension()),
                header(message, REQUEST_FILENAME, Constraints::filename, null),
                payloadMode(message),
                header(message, REQUEST_INPUT_LOCATION, Constraints::inputLocation, null));
    }

    private static String inferenceId(Message message) {
        String id = header(message, REQUEST_INFERENCE_ID, Constraints::inferenceId, null);
        return id != null ? id : UUID.randomUUID().toString();
    }

    /** What an endpoint says beats what an exchange carries along. */
    private String contentType(Message message) {
        String requested = header(message, REQUEST_CONTENT_TYPE, Constraints::mediaType, settings.contentType());
        String exchangeType = requested != null ? null : text(message, Exchange.CONTENT_TYPE);
        return exchangeType == null || exchangeType.isBlank()
                ? requested
                : Constraints.mediaType(named(Exchange.CONTENT_TYPE), exchangeType);
    }

    private String customAttributes(Message message) {
        String attributes =
                header(message, REQUEST_CUSTOM_ATTRIBUTES, Constraints::customAttributes, settings.customAttributes());
        return settings.propagateTraceContext() ? withTraceContext(attributes, message) : attributes;
    }

    private static String withTraceContext(String attributes, Message message) {
        String traceparent = text(message, TraceContext.HEADER);
        if (!TraceContext.isTraceparent(traceparent)) {
            return attributes;
        }
        TraceContext context = new TraceContext(attributes, traceparent);
        if (!context.fits()) {
            LOG.debug("The trace context is left out: it does not fit behind {} characters", attributes.length());
            return attributes;
        }
        return context.join();
    }

    private PayloadMode payloadMode(Message message) {
        String value = text(message, REQUEST_PAYLOAD_MODE);
        if (value == null) {
            return settings.payloadMode();
        }
        return Arrays.stream(PayloadMode.values())
                .filter(mode -> mode.name().equalsIgnoreCase(value.strip()))
                .findFirst()
                .orElseThrow(() -> Constraints.invalid(
                        named(REQUEST_PAYLOAD_MODE), value, "must be one of " + Arrays.toString(PayloadMode.values())));
    }

    /** The checked header, or the option where there is none. */
    private static String header(Message message, String header, BinaryOperator<String> check, String option) {
        String value = text(message, header);
        return value == null ? option : check.apply(named(header), value);
    }

    private static Integer number(
            Message message, String header, BiFunction<String, Integer, Integer> check, Integer option) {
        String value = text(message, header);
        return value == null ? option : check.apply(named(header), Constraints.wholeNumber(named(header), value));
    }

    /** A list has no text of its own that SageMaker would understand. */
    private static String text(Message message, String header) {
        Object value = message.getHeader(header);
        if (value instanceof File || value instanceof WrappedFile<?> || value instanceof InputStream) {
            // Camel would read it, and its content would be the value.
            throw Constraints.invalid(
                    named(header), value.getClass().getName(), "must be text and not a file or stream");
        }
        if (value instanceof Iterable<?>
                || value instanceof Map<?, ?>
                || value != null && value.getClass().isArray()) {
            if (!(value instanceof byte[] || value instanceof Path)) {
                throw Constraints.invalid(named(header), value, "must be one value and not a list of them");
            }
        }
        return message.getHeader(header, String.class);
    }

    private static String named(String header) {
        return "Header " + header;
    }
}
