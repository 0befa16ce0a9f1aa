package io.github.camelsagemaker.async.invoke;

import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.Charset;
import org.apache.camel.StreamCache;

/** Characters that are encoded as they are read. A cache of characters is reset before and after, and never closed. */
final class ReaderSource implements BodySource {

    private final Reader reader;
    private final Charset charset;

    /**
     * @throws InvalidInferenceRequestException if the characters were read before and cannot be read again
     */
    ReaderSource(Reader reader, Charset charset) {
        this.reader = reader;
        this.charset = charset;
        if (!(reader instanceof StreamCache)) {
            UsedBodies.check(reader);
        }
    }

    @Override
    public long length() {
        return UNKNOWN;
    }

    @Override
    public InputStream open() {
        if (reader instanceof StreamCache cache) {
            cache.reset();
        } else {
            UsedBodies.claim(reader);
        }
        return new EncodedCharacters(reader, charset);
    }

    @Override
    public void release() {
        if (reader instanceof StreamCache cache) {
            Streams.resetQuietly(cache);
        } else {
            Streams.closeQuietly(reader);
        }
    }
}
