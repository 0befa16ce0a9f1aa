package io.github.camelsagemaker.async.internal.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.util.ByteBufferBackedInputStream;
import io.github.camelsagemaker.async.error.InvalidInferenceRequestException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.NoTypeConversionAvailableException;
import org.apache.camel.StreamCache;
import org.apache.camel.TypeConversionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.w3c.dom.Node;

/**
 * A message body that is read as a stream. Its methods may block, and are called on a worker in the order in which they
 * stand here; one request uses one source.
 */
final class BodySource implements Payload {

    static final long UNKNOWN = -1;

    private static final Logger LOG = LoggerFactory.getLogger(BodySource.class);

    private static final int MAX_READ_BYTES = 64 * 1024;

    /**
     * The bodies that were read and cannot be read again: a failover, a branch of a multicast, a copy of an exchange and another
     * route have the same stream, and must not send what is left of it. Keeps no body alive.
     */
    private static final Set<Identity> USED = ConcurrentHashMap.newKeySet();

    private static final ReferenceQueue<Object> GONE = new ReferenceQueue<>();

    private final Exchange exchange;
    private final Object body;
    private final Charset charset;
    private InputStream opened;

    /** A body is a {@link Path}, or is or becomes a stream of bytes or characters; the charset is null for all but characters. */
    BodySource(Exchange exchange, Object body, Charset charset) {
        this.exchange = exchange;
        this.body = body;
        this.charset = charset;
        if (!isRepeatable(body) && USED.contains(new Identity(body, null))) {
            throw readBefore(body);
        }
    }

    /** What is read without using it up. Of all else it is not known. */
    static boolean isRepeatable(Object body) {
        return body instanceof CharSequence
                || body instanceof Number
                || body instanceof Boolean
                || body instanceof Enum<?>
                || body instanceof Node
                || body instanceof JsonNode
                || body instanceof ByteBuffer
                || body instanceof Path
                || body instanceof StreamCache;
    }

    /** The body's exact length in bytes, or {@link #UNKNOWN}. Reads nothing of the body. */
    long length() throws IOException {
        if (body instanceof Path file) {
            if (!Files.isRegularFile(file)) {
                throw new InvalidInferenceRequestException("The message body is the file '" + file + "', which "
                        + (Files.exists(file) ? "is not a regular file" : "does not exist"));
            }
            return Files.size(file);
        }
        if (body instanceof ByteBuffer buffer) {
            return buffer.remaining();
        }
        // Of a cache, 0 may mean "not known".
        return body instanceof StreamCache cache && body instanceof InputStream && cache.length() > 0
                ? cache.length()
                : UNKNOWN;
    }

    InputStream open() throws IOException {
        if (body instanceof StreamCache cache) {
            cache.reset();
        } else if (!isRepeatable(body)) {
            claim(body);
        }
        opened = stream();
        if (opened != body && !isRepeatable(body)) {
            claim(opened); // a converter may give a stream that was somebody's body already
        }
        return opened;
    }

    private InputStream stream() throws IOException {
        if (body instanceof Reader reader) {
            return new EncodedCharacters(reader);
        }
        if (body instanceof InputStream stream) {
            return stream;
        }
        if (body instanceof Path file) {
            return new WholeFile(file);
        }
        // Its position and its limit stay as they are.
        return body instanceof ByteBuffer buffer ? new ByteBufferBackedInputStream(buffer.duplicate()) : convert();
    }

    private InputStream convert() {
        try {
            return exchange.getContext().getTypeConverter().mandatoryConvertTo(InputStream.class, exchange, body);
        } catch (NoTypeConversionAvailableException | TypeConversionException e) {
            if (e.getCause() == null) {
                USED.remove(new Identity(body, null)); // there is no converter, so it was not read after all
            }
            throw new InvalidInferenceRequestException(
                    "The message body is a " + body.getClass().getName()
                            + ", which cannot be converted to a stream of bytes. Convert it first, with marshal or"
                            + " convertBodyTo",
                    e);
        }
    }

    /** Ends reading, also after a failure or when nothing was opened. The bytes were read: failing to close changes nothing. */
    void release() {
        try {
            if (body instanceof StreamCache cache) {
                cache.reset();
            } else if (opened != null) {
                opened.close();
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("The message body was read, but could not be closed or made readable again", e);
        }
    }

    /**
     * Reads until the buffer is full or the stream ends, in pieces of at most 64 KiB: the JDK keeps, for each thread, a buffer
     * outside the heap as large as the largest piece that it read from a file. Relies on {@code read} alone: a class that
     * inherits another's {@code readNBytes}, as subclasses of ByteArrayInputStream do, may give less than there is.
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

    /** A file that is cut while it is read must not be sent as if that was all. For {@link #fill} only. */
    private static final class WholeFile extends FilterInputStream {

        private long left;

        WholeFile(Path file) throws IOException {
            super(Files.newInputStream(file));
            left = Files.size(file);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = super.read(into, offset, length);
            if (count < 0 && left > 0) {
                throw new EOFException(
                        "The file became shorter while it was read: its last " + left + " bytes are missing");
            }
            left -= Math.max(count, 0);
            return count;
        }
    }

    /** The bytes of characters. What the charset does not have is an error, and no question mark. */
    private final class EncodedCharacters extends InputStream {

        private final Reader reader;
        private final char[] characters = new char[8192];
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();
        private final OutputStreamWriter encoder = new OutputStreamWriter(
                written,
                charset.newEncoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT));
        private ByteArrayInputStream bytes = new ByteArrayInputStream(new byte[0]);
        private boolean readAll;

        EncodedCharacters(Reader reader) {
            this.reader = reader;
        }

        @Override
        public int read() throws IOException {
            encodeMore();
            return bytes.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            encodeMore();
            return length == 0 ? 0 : bytes.read(into, offset, length);
        }

        @Override
        public void close() throws IOException {
            reader.close();
        }

        private void encodeMore() throws IOException {
            while (!readAll && bytes.available() == 0) {
                int count = reader.read(characters);
                readAll = count < 0;
                try {
                    if (readAll) {
                        encoder.close();
                    } else {
                        encoder.write(characters, 0, count);
                        encoder.flush();
                    }
                } catch (CharacterCodingException e) {
                    throw PayloadReader.notInCharset(charset);
                }
                bytes = new ByteArrayInputStream(written.toByteArray());
                written.reset();
            }
        }
    }

    private static void claim(Object body) {
        for (Reference<?> gone = GONE.poll(); gone != null; gone = GONE.poll()) {
            USED.remove(gone);
        }
        if (!USED.add(new Identity(body, GONE))) {
            throw readBefore(body);
        }
    }

    private static InvalidInferenceRequestException readBefore(Object body) {
        return new InvalidInferenceRequestException(
                "The message body, a " + body.getClass().getName()
                        + ", was read before and cannot be read again. For redelivery, failover and multicast turn on stream"
                        + " caching, or convert the body to byte[], String or a file first");
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
