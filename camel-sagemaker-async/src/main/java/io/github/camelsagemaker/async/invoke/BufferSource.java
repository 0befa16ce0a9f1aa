package io.github.camelsagemaker.async.invoke;

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
        ByteBuffer bytes = buffer.duplicate();
        return new InputStream() {
            @Override
            public int read() {
                return bytes.hasRemaining() ? bytes.get() & 0xFF : -1;
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                if (length > 0 && !bytes.hasRemaining()) {
                    return -1;
                }
                int count = Math.min(length, bytes.remaining());
                bytes.get(into, offset, count);
                return count;
            }
        };
    }

    @Override
    public void release() {
        // Nothing was opened.
    }
}
