package io.github.camelsagemaker.async.invoke;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import org.apache.camel.StreamCache;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads and closes streams that users wrote. */
final class Streams {

    private static final Logger LOG = LoggerFactory.getLogger(Streams.class);

    /** The JDK keeps, for each thread, a buffer outside the heap as large as the largest piece that it read from a file. */
    private static final int MAX_READ_BYTES = 64 * 1024;

    private Streams() {}

    /**
     * Reads until the buffer is full or the stream ends, in pieces of at most 64 KiB. Relies on {@code read} alone: a class
     * that inherits another's {@code readNBytes}, as subclasses of ByteArrayInputStream do, may give less than there is, and
     * a payload would be cut.
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
    static void closeQuietly(Closeable stream) {
        if (stream == null) {
            return;
        }
        try {
            stream.close();
        } catch (IOException | RuntimeException e) {
            LOG.warn("The message body's stream was read but could not be closed", e);
        }
    }

    /** Makes a cache readable again. */
    static void resetQuietly(StreamCache cache) {
        try {
            cache.reset();
        } catch (RuntimeException e) {
            LOG.warn("The message body was read but cannot be read again", e);
        }
    }
}
