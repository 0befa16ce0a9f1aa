package io.github.camelsagemaker.async.testinfra;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * What a model is asked. What the caller did not send is null.
 *
 * @param endpointName the endpoint invoked
 * @param inferenceId the caller's inference id, or the one the server made up
 * @param contentType the payload's content type; for a payload in S3 without one in the call, that of the object
 * @param accept the wanted content type of the response
 * @param customAttributes as sent
 * @param inputLocation where the payload is in S3; null when it came inline
 * @param payload access to the payload
 */
public record ModelRequest(
        String endpointName,
        String inferenceId,
        String contentType,
        String accept,
        String customAttributes,
        String inputLocation,
        Payload payload) {

    /** Access to a payload, inline or in S3. */
    public interface Payload {

        /** A new stream from the first byte; the model closes it. An S3 payload is streamed, not held in memory. */
        InputStream openStream() throws IOException;

        /** The number of bytes. */
        long length();
    }

    /** The payload's number of bytes. */
    public long length() {
        return payload.length();
    }

    /** A new stream of the payload from its first byte; the model closes it. */
    public InputStream openStream() throws IOException {
        return payload.openStream();
    }

    /** The whole payload in memory. */
    public byte[] body() throws IOException {
        try (InputStream in = payload.openStream()) {
            return in.readAllBytes();
        }
    }

    /** The whole payload as UTF-8 text. */
    public String text() throws IOException {
        return new String(body(), StandardCharsets.UTF_8);
    }
}
