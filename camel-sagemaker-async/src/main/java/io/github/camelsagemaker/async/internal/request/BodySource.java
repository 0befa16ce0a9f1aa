package io.github.camelsagemaker.async.internal.request;

import com.fasterxml.jackson.databind.util.ByteBufferBackedInputStream;
import io.github.camelsagemaker.async.error.InvalidInferenceRequestException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.StreamCache;
import org.apache.camel.TypeConversionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A message body that is read as a stream. Its methods may block, and are called on a worker in the order in which they
 * stand here; one request uses one source.
 */
interface BodySource {

    Logger LOG = LoggerFactory.getLogger(BodySource.class);

    int MAX_READ_BYTES = 64 * 1024;

    /** The length is not known before the end was read. */
    long UNKNOWN = -1;

    /** The body's exact length in bytes, or {@link #UNKNOWN}. Reads nothing of the body. */
    long length() throws IOException;

    /** Begins to read from the body's first byte. */
    InputStream open() throws IOException;

    /** Ends reading, also after a failure or when nothing was opened: closes the stream or makes it readable again. */
    void release();

    /**
     * Reads until the buffer is full or the stream ends, in pieces of at most 64 KiB: the JDK keeps, for each thread, a buffer
     * outside the heap as large as the largest piece that it read from a file. Relies on {@code read} alone: a class that
     * inherits another's {@code readNBytes}, as subclasses of ByteArrayInputStream do, may give less than there is.
     *
     * @return how many bytes were read
     */
    static int fill(InputStream stream, byte[] buffer, int offset) throws IOException {
        int position = offset;
        while (position < buffer.length) {
            int count = stream.read(buffer, position, Math.min(MAX_READ_BYTES, buffer.length - position));
            if (count < 0) {
                break;
            }
            position += count;
        }
        return position - offset;
    }

    /** Closes a stream whose bytes were read already: a failure then changes nothing for the request. */
    private static void closeQuietly(Closeable stream) {
        try {
            if (stream != null) {
                stream.close();
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("The message body's stream was read but could not be closed", e);
        }
    }

    /** Makes a cache readable again. */
    private static void resetQuietly(StreamCache cache) {
        try {
            cache.reset();
        } catch (RuntimeException e) {
            LOG.warn("The message body was read but cannot be read again", e);
        }
    }

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
            BodySource.closeQuietly(stream);
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
            BodySource.resetQuietly(cache);
        }
    }

    /** Characters that are encoded as they are read. A cache of characters is reset before and after, and never closed. */
    final class Characters implements BodySource {

        private final Reader reader;
        private final Charset charset;

        /** @throws InvalidInferenceRequestException if the characters were read before and cannot be read again */
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
                BodySource.resetQuietly(cache);
            } else {
                BodySource.closeQuietly(reader);
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
            BodySource.closeQuietly(stream);
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

    /** The bytes of characters. What the charset does not have is an error, and no question mark. Closing it closes nothing. */
    final class EncodedCharacters extends InputStream {

        private static final int BUFFER = 8192;

        private final Reader reader;
        private final CharsetEncoder encoder;
        private final CharBuffer characters = CharBuffer.allocate(BUFFER).flip();
        private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER).flip();
        private boolean readAll;
        private boolean flushed;

        EncodedCharacters(Reader reader, Charset charset) {
            this.reader = reader;
            this.encoder = charset.newEncoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT);
        }

        @Override
        public int read() throws IOException {
            return fill() ? bytes.get() & 0xFF : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (!fill()) {
                return -1;
            }
            int count = Math.min(length, bytes.remaining());
            bytes.get(into, offset, count);
            return count;
        }

        /** Whether there are bytes. */
        private boolean fill() throws IOException {
            while (!bytes.hasRemaining() && !flushed) {
                readOn();
                bytes.clear();
                CoderResult result = encoder.encode(characters, bytes, readAll);
                if (result.isUnderflow() && readAll) {
                    result = encoder.flush(bytes);
                    flushed = result.isUnderflow();
                }
                bytes.flip();
                if (result.isError()) {
                    throw PayloadReader.notInCharset(encoder.charset());
                }
            }
            return bytes.hasRemaining();
        }

        private void readOn() throws IOException {
            characters.compact();
            while (!readAll && characters.hasRemaining()) {
                readAll = reader.read(characters) < 0;
            }
            characters.flip();
        }
    }

    /**
     * Knows which bodies were read and cannot be read again, by the bodies themselves: a failover, a branch of a multicast, a copy of
     * an exchange and another route have the same stream, and must not send what is left of it. Thread-safe; keeps no body alive.
     */
    final class UsedBodies {

        private static final Set<Identity> USED = ConcurrentHashMap.newKeySet();
        private static final ReferenceQueue<Object> GONE = new ReferenceQueue<>();

        private UsedBodies() {}

        /** The first who asks may read the body. */
        static void claim(Object body) {
            forgetTheGone();
            if (!USED.add(new Identity(body, GONE))) {
                throw readBefore(body);
            }
        }

        /** The body was not read after all. */
        static void giveBack(Object body) {
            USED.remove(new Identity(body, null));
        }

        static void check(Object body) {
            if (USED.contains(new Identity(body, null))) {
                throw readBefore(body);
            }
        }

        private static InvalidInferenceRequestException readBefore(Object body) {
            return new InvalidInferenceRequestException(
                    "The message body, a " + body.getClass().getName()
                            + ", was read before and cannot be read again. For redelivery, failover and multicast turn on stream"
                            + " caching, or convert the body to byte[], String or a file first");
        }

        private static void forgetTheGone() {
            for (Reference<?> gone = GONE.poll(); gone != null; gone = GONE.poll()) {
                USED.remove(gone);
            }
        }

        private static final class Identity extends WeakReference<Object> {

            private final int hash;

            Identity(Object body, ReferenceQueue<Object> queue) {
                super(body, queue);
                this.hash = System.identityHashCode(body);
            }

            @Override
            public boolean equals(Object other) {
                return this == other || other instanceof Identity identity && get() != null && refersTo(identity.get());
            }

            @Override
            public int hashCode() {
                return hash;
            }
        }
    }
}
