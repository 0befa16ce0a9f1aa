package io.github.camelsagemaker.async.invoke;

import com.fasterxml.jackson.databind.util.ByteBufferBackedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.StreamCache;
import org.apache.camel.TypeConversionException;

/**
 * A message body that is read as a stream. Its methods may block, and are called on a worker in the order in which they
 * stand here; one request uses one source.
 */
interface BodySource {

    /** The length is not known before the end was read. */
    long UNKNOWN = -1;

    /** The body's exact length in bytes, or {@link #UNKNOWN}. Reads nothing of the body. */
    long length() throws IOException;

    /** Begins to read from the body's first byte. */
    InputStream open() throws IOException;

    /** Ends reading, also after a failure or when nothing was opened: closes the stream or makes it readable again. */
    void release();

    /** A file, opened late and always closed. Can be read as often as wanted. */
    final class OfFile implements BodySource {

        private final Path file;
        private InputStream stream;

        OfFile(Path file) {
            this.file = file;
        }

        @Override
        public long length() throws IOException {
            if (!Files.isRegularFile(file)) {
                throw new InvalidInferenceRequestException("The message body is the file '" + file + "', which "
                        + (Files.exists(file) ? "is not a regular file" : "does not exist"));
            }
            return Files.size(file);
        }

        @Override
        public InputStream open() throws IOException {
            stream = Files.newInputStream(file);
            return stream;
        }

        @Override
        public void release() {
            Streams.closeQuietly(stream);
        }
    }

    /** What a buffer holds between its position and its limit, both of which stay as they are. */
    record Buffer(ByteBuffer buffer) implements BodySource {

        @Override
        public long length() {
            return buffer.remaining();
        }

        @Override
        public InputStream open() {
            return new ByteBufferBackedInputStream(buffer.duplicate());
        }

        @Override
        public void release() {
            // Nothing was opened.
        }
    }

    /** A stream that Camel, or our own consumer, made readable again and again. It is reset before and after, never closed. */
    final class Cached implements BodySource {

        private final StreamCache cache;
        private final Converted converted;

        Cached(StreamCache cache, Exchange exchange) {
            this.cache = cache;
            this.converted = cache instanceof InputStream ? null : new Converted(exchange, cache, true);
        }

        @Override
        public long length() {
            // 0 may mean "not known".
            return cache instanceof InputStream && cache.length() > 0 ? cache.length() : UNKNOWN;
        }

        @Override
        public InputStream open() {
            cache.reset();
            return cache instanceof InputStream stream ? stream : converted.open();
        }

        @Override
        public void release() {
            Streams.resetQuietly(cache);
        }
    }

    /** Characters that are encoded as they are read. A cache of characters is reset before and after, and never closed. */
    final class Characters implements BodySource {

        private final Reader reader;
        private final Charset charset;

        /**
         * @throws InvalidInferenceRequestException if the characters were read before and cannot be read again
         */
        Characters(Reader reader, Charset charset) {
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

    /** A body that Camel's type converters turn into a stream; an InputStream is one already. */
    final class Converted implements BodySource {

        private final Exchange exchange;
        private final Object body;
        private final boolean repeatable;
        private InputStream stream;

        /**
         * @param repeatable whether the body can be converted again
         * @throws InvalidInferenceRequestException if it cannot, and was read before
         */
        Converted(Exchange exchange, Object body, boolean repeatable) {
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
}
