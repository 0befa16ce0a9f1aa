package io.github.camelsagemaker.async.invoke;

import java.io.File;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.apache.camel.WrappedFile;
import org.apache.camel.support.ExchangeHelper;
import org.w3c.dom.Node;

/**
 * Finds out how a message body becomes bytes. Reads no stream itself and never blocks. Thread-safe.
 *
 * <p>A file is sent as its bytes are, without regard to a charset. A String is encoded with the exchange's charset, UTF-8
 * where it has none.
 */
public final class PayloadReader {

    /**
     * The payload of an exchange.
     *
     * @throws InvalidInferenceRequestException if there is none, or it was used up before
     */
    public Payload read(Exchange exchange, InferenceRequest request) {
        if (request.inputLocation() != null) {
            return new Payload.InS3(request.inputLocation());
        }
        Message message = exchange.getMessage();
        Object body = message.getBody();
        if (body == null) {
            throw new InvalidInferenceRequestException(
                    "The message body is null. Set a body, or name an object in S3 by the header "
                            + "CamelAwsSageMakerAsyncRequestInputLocation");
        }
        if (body instanceof byte[] bytes) {
            return new Payload.InMemory(bytes);
        }
        if (body instanceof String text) {
            return new Payload.InMemory(text.getBytes(charset(exchange)));
        }
        return new Payload.Streamed(source(exchange, body));
    }

    private static BodySource source(Exchange exchange, Object body) {
        if (body instanceof StreamCache cache) {
            return new CachedSource(cache, exchange);
        }
        Object content = body instanceof WrappedFile<?> wrapped && wrapped.getFile() instanceof File file ? file : body;
        if (content instanceof File file) {
            return new FileSource(file.toPath());
        }
        if (content instanceof Path path) {
            return new FileSource(path);
        }
        return new ConvertedSource(exchange, body, isRepeatable(body) ? null : SingleUse.of(exchange, body));
    }

    /** What converters read without using it up. Of all else it is not known. */
    private static boolean isRepeatable(Object body) {
        return body instanceof CharSequence
                || body instanceof Number
                || body instanceof Boolean
                || body instanceof Enum<?>
                || body instanceof Node;
    }

    private static Charset charset(Exchange exchange) {
        String name = ExchangeHelper.getCharsetName(exchange, false);
        try {
            return name == null ? StandardCharsets.UTF_8 : Charset.forName(name);
        } catch (IllegalArgumentException e) {
            throw new InvalidInferenceRequestException(
                    "Header or property " + Exchange.CHARSET_NAME + " is '" + Constraints.shown(name)
                            + "', which is not a charset of this JVM",
                    e);
        }
    }
}
