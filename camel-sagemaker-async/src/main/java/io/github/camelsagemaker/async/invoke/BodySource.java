package io.github.camelsagemaker.async.invoke;

import java.io.IOException;
import java.io.InputStream;

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
}
