package io.github.camelsagemaker.async.internal.request;

import io.github.camelsagemaker.async.PayloadMode;
import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.error.InvalidInferenceRequestException;
import io.github.camelsagemaker.async.internal.options.LogSanitizer;
import java.io.File;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.WrappedFile;
import org.apache.camel.support.ExchangeHelper;

/**
 * Finds the payload of an exchange. Thread-safe.
 *
 * <p>A file is sent as its bytes are, without regard to a charset. The characters of a text become bytes by the charset of the
 * request's content type, else the exchange's own, else UTF-8.
 *
 * @param kept what earlier attempts left in S3
 */
public record PayloadReader(ProducerSettings settings, KeptPayloads kept) {

    private static final Pattern CHARSET =
            Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\";]*)", Pattern.CASE_INSENSITIVE);

    /** @throws InvalidInferenceRequestException if there is none, or it was used up before */
    public Payload read(Exchange exchange, InferenceRequest request) {
        if (request.call().inputLocation() != null) {
            return new Payload.InS3(request.call().inputLocation());
        }
        Object body = exchange.getMessage().getBody();
        if (body == null) {
            throw new InvalidInferenceRequestException(
                    "The message body is null. Set a body, or name an object in S3 by the header "
                            + SageMakerAsyncConstants.REQUEST_INPUT_LOCATION);
        }
        Payload there =
                request.payloadMode() == PayloadMode.INLINE ? null : kept.find(exchange, settings.uploads(), request);
        return there != null ? there : read(exchange, content(body));
    }

    /** What a file has inside that is at hand: a remote one its bytes, or a local copy. */
    private static Object content(Object body) {
        if (!(body instanceof WrappedFile<?> wrapped)) {
            return body;
        }
        Object content = wrapped.getFile() instanceof File file ? file : wrapped.getBody();
        return content instanceof byte[] || content instanceof File || BodySource.isRepeatable(content)
                ? content
                : body;
    }

    private Payload read(Exchange exchange, Object body) {
        if (body instanceof byte[] bytes) {
            return new Payload.InMemory(bytes);
        }
        if (body instanceof CharSequence text) {
            return new Payload.InMemory(encode(text.toString(), charset(exchange)));
        }
        return new BodySource(
                exchange,
                body instanceof File file ? file.toPath() : body,
                body instanceof Reader ? charset(exchange) : null);
    }

    private static byte[] encode(String text, Charset charset) {
        boolean hasAll = isUnicode(charset)
                ? !LogSanitizer.hasHalfCharacter(text)
                : charset.newEncoder().canEncode(text);
        if (!hasAll) {
            throw notInCharset(charset);
        }
        return text.getBytes(charset);
    }

    private static boolean isUnicode(Charset charset) {
        return charset.name().startsWith("UTF-");
    }

    static InvalidInferenceRequestException notInCharset(Charset charset) {
        return new InvalidInferenceRequestException(
                isUnicode(charset)
                        ? "The message body is a text with half a surrogate pair, which no charset has: it was cut within a character"
                        : "The message body is a text with characters that the charset " + charset
                                + " does not have. Name another charset, such as UTF-8, in the content type (header "
                                + SageMakerAsyncConstants.REQUEST_CONTENT_TYPE
                                + ", option contentType) or in the property " + Exchange.CHARSET_NAME);
    }

    private Charset charset(Exchange exchange) {
        Message message = exchange.getMessage();
        String requested = message.getHeader(SageMakerAsyncConstants.REQUEST_CONTENT_TYPE, String.class);
        Optional<Charset> asked = requested == null
                ? ofContentType("Option contentType", settings.options().getContentType())
                : ofContentType("Header " + SageMakerAsyncConstants.REQUEST_CONTENT_TYPE, requested);
        return asked.or(() -> named(
                        "Header or property " + Exchange.CHARSET_NAME, ExchangeHelper.getCharsetName(exchange, false)))
                .or(() -> ofContentType(
                        "Header " + Exchange.CONTENT_TYPE, message.getHeader(Exchange.CONTENT_TYPE, String.class)))
                .orElse(StandardCharsets.UTF_8);
    }

    private static Optional<Charset> ofContentType(String source, String contentType) {
        Matcher charset = CHARSET.matcher(contentType == null ? "" : contentType);
        return charset.find() ? named("The charset of " + source, charset.group(1)) : Optional.empty();
    }

    private static Optional<Charset> named(String source, String name) {
        if (name == null || name.isBlank()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Charset.forName(name.strip()).newEncoder().charset());
        } catch (IllegalArgumentException | UnsupportedOperationException e) {
            throw new InvalidInferenceRequestException(
                    source + " is '" + LogSanitizer.shown(name) + "', which is not a charset that this JVM writes", e);
        }
    }
}
