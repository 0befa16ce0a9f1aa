package io.github.camelsagemaker.async.invoke;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;

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
