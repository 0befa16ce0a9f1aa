package io.github.camelsagemaker.async.internal.s3;

import io.github.camelsagemaker.async.internal.options.Untrusted;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads percent-encoded text (RFC 3986). {@code URLDecoder} is not strict enough for keys from outside: it takes {@code %+1}
 * and digits of other scripts, and puts U+FFFD where the bytes are no UTF-8, so that two texts would name one object.
 */
public final class PercentEncoding {

    private PercentEncoding() {}

    /**
     * The decoded text; a plus sign stays one.
     *
     * @throws IllegalArgumentException if a percent sign is not followed by two hexadecimal digits, or the bytes are no UTF-8
     */
    public static String decode(String text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            ByteArrayOutputStream decoded = new ByteArrayOutputStream(encoded.remaining());
            while (encoded.hasRemaining()) {
                byte next = encoded.get();
                decoded.write(next == '%' ? hexDigit(encoded) << 4 | hexDigit(encoded) : next);
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(decoded.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("'" + Untrusted.shown(text) + "' is no percent-encoded UTF-8", e);
        }
    }

    private static int hexDigit(ByteBuffer encoded) {
        byte digit = encoded.hasRemaining() ? encoded.get() : -1;
        // ASCII alone: Character.digit knows digits of other scripts.
        if (digit < 0 || Character.digit(digit, 16) < 0) {
            throw new IllegalArgumentException("A '%' is not followed by two hexadecimal digits");
        }
        return Character.digit(digit, 16);
    }
}
