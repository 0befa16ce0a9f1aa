package io.github.camelsagemaker.async.invoke;

import java.io.InputStream;
import org.apache.camel.Exchange;
import org.apache.camel.TypeConversionException;

/** A body that Camel's type converters turn into a stream; an InputStream is one already. */
final class ConvertedSource implements BodySource {

    private final Exchange exchange;
    private final Object body;
    private final boolean repeatable;
    private InputStream stream;

    /**
     * @param repeatable whether the body can be converted again
     * @throws InvalidInferenceRequestException if it cannot, and was read before
     */
    ConvertedSource(Exchange exchange, Object body, boolean repeatable) {
        this.exchange = exchange;
        this.body = body;
        this.repeatable = repeatable;
        if (!repeatable) {
            UsedBodies.check(body);
        }
    }

    @Override
    public long length() {
        return UNKNOWN;
    }

    @Override
    public InputStream open() {
        if (repeatable) {
            stream = convert();
        } else {
            UsedBodies.claim(body);
            stream = body instanceof InputStream input ? input : convert();
            if (stream != body) {
                UsedBodies.claim(stream); // a converter may give a stream that was somebody's body already
            }
        }
        return stream;
    }

    @Override
    public void release() {
        Streams.closeQuietly(stream);
    }

    private InputStream convert() {
        InputStream converted;
        try {
            converted = exchange.getContext().getTypeConverter().convertTo(InputStream.class, exchange, body);
        } catch (TypeConversionException e) {
            throw notConvertible(e);
        }
        if (converted == null) {
            UsedBodies.giveBack(body);
            throw notConvertible(null);
        }
        return converted;
    }

    private InvalidInferenceRequestException notConvertible(Throwable cause) {
        return new InvalidInferenceRequestException(
                "The message body is a " + body.getClass().getName()
                        + ", which cannot be converted to a stream of bytes. Convert it first, with marshal or"
                        + " convertBodyTo",
                cause);
    }
}
