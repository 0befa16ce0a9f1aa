package io.github.camelsagemaker.async.invoke;

import com.fasterxml.jackson.databind.util.ByteBufferBackedInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** What a buffer holds between its position and its limit, both of which stay as they are. */
record BufferSource(ByteBuffer buffer) implements BodySource {

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
