package io.github.camelsagemaker.async.benchmarks.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * An answer.
 *
 * @param status its HTTP status
 * @param headers its headers, but for the length
 * @param body its body
 * @param length the length to announce, which differs from the body's for HEAD
 */
record Reply(int status, Map<String, String> headers, ByteBuf body, long length) {

    static Reply empty(int status) {
        return empty(status, Map.of());
    }

    static Reply empty(int status, Map<String, String> headers) {
        return new Reply(status, headers, Unpooled.EMPTY_BUFFER, 0);
    }

    static Reply text(int status, String type, String text) {
        return text(status, Map.of("content-type", type), text);
    }

    static Reply text(int status, Map<String, String> headers, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Reply(status, headers, Unpooled.wrappedBuffer(bytes), bytes.length);
    }
}
