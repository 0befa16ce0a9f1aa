package io.github.camelsagemaker.async.testinfra;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A model's answer: what the output object will hold. The array is not copied.
 *
 * @param body the bytes of the output object
 * @param contentType its content type
 */
public record ModelResponse(byte[] body, String contentType) {

    public ModelResponse {
        Objects.requireNonNull(body, "body");
    }

    /** JSON, as {@code application/json}. */
    public static ModelResponse json(String json) {
        return new ModelResponse(json.getBytes(StandardCharsets.UTF_8), "application/json");
    }

    /** UTF-8 text, as {@code text/plain; charset=utf-8}. */
    public static ModelResponse text(String text) {
        return new ModelResponse(text.getBytes(StandardCharsets.UTF_8), "text/plain; charset=utf-8");
    }

    /** Bytes, as {@code application/octet-stream}. */
    public static ModelResponse bytes(byte[] body) {
        return new ModelResponse(body, "application/octet-stream");
    }
}
