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
import static io.github.camelsagemaker.async.SageMakerAsyncConstants.REQUEST_PREFIX;
import static io.github.camelsagemaker.async.SageMakerAsyncConstants.REQUEST_TTL_SECONDS;

import io.github.camelsagemaker.async.PayloadMode;
import io.github.camelsagemaker.async.error.InvalidInferenceRequestException;
import io.github.camelsagemaker.async.internal.observe.TraceContext;
import io.github.camelsagemaker.async.internal.options.LogSanitizer;
import io.github.camelsagemaker.async.internal.options.OptionCheck;
import java.io.File;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.TypeConversionException;
import org.apache.camel.WrappedFile;
import org.apache.camel.support.PatternHelper;
import org.apache.camel.util.function.TriConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sagemakerruntime.model.InvokeEndpointAsyncRequest.Builder;

/**
 * Makes the request out of a message's request headers and the producer's options; a header wins over its option. Whoever sends a
 * message to a route may set headers, and must not choose another endpoint or somebody's object by that: the option requestHeaders
 * says which are honoured.
 *
 * <p>The message is not changed: the headers are removed once SageMaker accepted the request, so that a redelivery still
 * sees them. Headers that the component itself sets are never read. Thread-safe.
 */
public final class RequestReader {

    private static final Logger LOG = LoggerFactory.getLogger(RequestReader.class);

    /** By header, what sets a member of the request to its value, checked; the source names the header. */
    private static final Map<String, TriConsumer<Builder, String, String>> MEMBERS = new LinkedHashMap<>();

    private static <T> void member(String header, BiFunction<String, String, T> check, BiConsumer<Builder, T> setter) {
        MEMBERS.put(header, (call, source, value) -> setter.accept(call, check.apply(source, value)));
    }

    static {
        member(REQUEST_ENDPOINT_NAME, Constraints.ENDPOINT_NAME::check, Builder::endpointName);
        member(REQUEST_INPUT_LOCATION, Constraints.INPUT_LOCATION::check, Builder::inputLocation);
        member(REQUEST_INFERENCE_ID, Constraints::inferenceId, Builder::inferenceId);
        member(REQUEST_CONTENT_TYPE, Constraints.MEDIA_TYPE::check, Builder::contentType);
        member(REQUEST_ACCEPT, Constraints.MEDIA_TYPE::check, Builder::accept);
        member(REQUEST_CUSTOM_ATTRIBUTES, Constraints.CUSTOM_ATTRIBUTES::check, Builder::customAttributes);
        member(REQUEST_TTL_SECONDS, Constraints.REQUEST_TTL::read, Builder::requestTTLSeconds);
        member(
                REQUEST_INVOCATION_TIMEOUT_SECONDS,
                Constraints.INVOCATION_TIMEOUT::read,
                Builder::invocationTimeoutSeconds);
        member(REQUEST_OUTPUT_PATH_EXTENSION, Constraints.OUTPUT_PATH_EXTENSION::check, Builder::s3OutputPathExtension);
        member(REQUEST_FILENAME, Constraints.FILENAME::check, Builder::filename);
    }

    private static final List<String> NAMES = Stream.concat(MEMBERS.keySet().stream(), Stream.of(REQUEST_PAYLOAD_MODE))
            .map(RequestReader::withoutPrefix)
            .toList();

    /** Senders choose names, so not every one may be remembered. */
    private static final int MAX_WARNINGS = 20;

    private final ProducerSettings settings;
    private final Set<String> honoured = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    private final Set<String> warnedAbout = ConcurrentHashMap.newKeySet();

    /** @throws IllegalArgumentException if the option requestHeaders has a name or pattern that no request header matches */
    public RequestReader(ProducerSettings settings) {
        this.settings = settings;
        // The first two say where a request goes, and which object it is about.
        String usual = String.join(",", NAMES.subList(2, NAMES.size()));
        String option = Objects.requireNonNullElse(settings.options().getRequestHeaders(), usual);
        for (String pattern : option.split(",")) {
            List<String> matching = NAMES.stream()
                    .filter(name -> PatternHelper.matchPattern(name, pattern.strip()))
                    .toList();
            OptionCheck.require(
                    !matching.isEmpty() || pattern.isBlank(),
                    "Option requestHeaders names '" + pattern.strip()
                            + "', but no request header matches it. They are, without " + REQUEST_PREFIX + ": "
                            + String.join(", ", NAMES));
            honoured.addAll(matching);
        }
    }

    private static String withoutPrefix(String header) {
        return header.substring(REQUEST_PREFIX.length());
    }

    /** @throws InvalidInferenceRequestException naming the header, its value and what it may be, or that it is not honoured */
    public InferenceRequest read(Message message) {
        if (message.hasHeaders()) {
            message.getHeaders().forEach((header, value) -> {
                if (value != null && header.regionMatches(true, 0, REQUEST_PREFIX, 0, REQUEST_PREFIX.length())) {
                    checkName(header, withoutPrefix(header));
                }
            });
        }
        Builder call = settings.defaults().call().toBuilder();
        MEMBERS.forEach((header, member) -> {
            String value = text(message, header);
            if (value != null) {
                member.accept(call, named(header), value);
            }
        });
        complete(call, message);
        String mode = text(message, REQUEST_PAYLOAD_MODE);
        return new InferenceRequest(
                call.build(),
                mode == null ? settings.defaults().payloadMode() : payloadMode(named(REQUEST_PAYLOAD_MODE), mode));
    }

    /** Adds what neither a request header nor an option says. */
    private void complete(Builder call, Message message) {
        if (text(message, REQUEST_INFERENCE_ID) == null) {
            call.inferenceId(UUID.randomUUID().toString());
        }
        // What an endpoint says beats what an exchange carries along.
        boolean isTyped = settings.options().getContentType() != null || text(message, REQUEST_CONTENT_TYPE) != null;
        String exchangeType = isTyped ? null : text(message, Exchange.CONTENT_TYPE);
        if (exchangeType != null && !exchangeType.isBlank()) {
            call.contentType(Constraints.MEDIA_TYPE.check(named(Exchange.CONTENT_TYPE), exchangeType));
        }
        String traceparent = settings.options().isPropagateTraceContext() ? text(message, TraceContext.HEADER) : null;
        if (TraceContext.isTraceparent(traceparent)) {
            String attributes = new TraceContext(call.build().customAttributes(), traceparent).join();
            if (attributes.length() <= Constraints.CUSTOM_ATTRIBUTES.longest()) {
                call.customAttributes(attributes);
            } else {
                LOG.debug("The trace context is left out: with it the custom attributes are too long");
            }
        }
    }

    private void checkName(String header, String name) {
        if (honoured.contains(name)) {
            return;
        }
        if (NAMES.stream().anyMatch(name::equalsIgnoreCase)) {
            throw new InvalidInferenceRequestException("Header " + header
                    + " is not honoured by the option requestHeaders, "
                    + (honoured.isEmpty() ? "which honours none" : "which honours " + String.join(", ", honoured))
                    + ". If it is the route that sets this header, add " + name
                    + " to the option; if it may come with a message from outside, remove it before: removeHeader(\""
                    + header + "\")");
        }
        if (warnedAbout.size() < MAX_WARNINGS && warnedAbout.add(LogSanitizer.shown(name))) {
            LOG.warn(
                    "There is no request header {}, so it has no effect. They are {} and one of {}",
                    LogSanitizer.shown(header),
                    REQUEST_PREFIX,
                    String.join(", ", NAMES));
        }
    }

    private static PayloadMode payloadMode(String source, String value) {
        return Arrays.stream(PayloadMode.values())
                .filter(mode -> mode.name().equalsIgnoreCase(value.strip()))
                .findFirst()
                .orElseThrow(() ->
                        Constraints.invalid(source, value, "must be one of " + Arrays.toString(PayloadMode.values())));
    }

    /** A list has no text of its own that SageMaker would understand. */
    private static String text(Message message, String header) {
        Object value = message.getHeader(header);
        if (value instanceof File || value instanceof WrappedFile<?> || value instanceof InputStream) {
            // Camel would read it, and its content would be the value.
            throw Constraints.invalid(
                    named(header), value.getClass().getName(), "must be text and not a file or stream");
        }
        if (value instanceof Iterable<?> && !(value instanceof Path)
                || value instanceof Map<?, ?>
                || value != null && value.getClass().isArray() && !(value instanceof byte[])) {
            throw Constraints.invalid(named(header), value, "must be one value and not a list of them");
        }
        try {
            return message.getHeader(header, String.class);
        } catch (TypeConversionException e) {
            throw new InvalidInferenceRequestException(
                    named(header) + " is a " + value.getClass().getName() + " that cannot be converted to text", e);
        }
    }

    private static String named(String header) {
        return "Header " + header;
    }
}
