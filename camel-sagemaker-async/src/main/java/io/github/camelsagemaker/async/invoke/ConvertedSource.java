package io.github.camelsagemaker.async.invoke;

import java.io.InputStream;
import org.apache.camel.Exchange;
import org.apache.camel.TypeConversionException;

/** A body that Camel's type converters turn into a stream; an InputStream is one already. */
final class ConvertedSource implements BodySource {

    private final Exchange exchange;
    private final Object body;
    private final SingleUse use;
    private InputStream stream;

    /**
     * @param use notes that the body is used up, or null if it can be converted again
     */
    ConvertedSource(Exchange exchange, Object body, SingleUse use) {
        this.exchange = exchange;
        this.body = body;
        this.use = use;
    }

    @Override
    public long length() {
        return UNKNOWN;
    }

    @Override
    public InputStream open() {
        if (use != null) {
            use.begin();
        }
        stream = body instanceof InputStream input ? input : convert(exchange, body);
        return stream;
    }

    @Override
    public void release() {
        Streams.closeQuietly(stream);
    }

    static InputStream convert(Exchange exchange, Object body) {
        InputStream converted;
        try {
            converted = exchange.getContext().getTypeConverter().convertTo(InputStream.class, exchange, body);
        } catch (TypeConversionException e) {
            throw notConvertible(body, e);
        }
        if (converted == null) {
            throw notConvertible(body, null);
        }
        return converted;
    }

    private static InvalidInferenceRequestException notConvertible(Object body, Throwable cause) {
        return new InvalidInferenceRequestException(
                "The message body is a " + body.getClass().getName()
                        + ", which cannot be converted to a stream of bytes. Convert it first, with marshal or"
                        + " convertBodyTo",
                cause);
    }
}
