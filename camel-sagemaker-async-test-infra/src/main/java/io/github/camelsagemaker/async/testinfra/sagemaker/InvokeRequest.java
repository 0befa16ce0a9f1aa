package io.github.camelsagemaker.async.testinfra.sagemaker;

import io.github.camelsagemaker.async.testinfra.http.Replies;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.FullHttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * An InvokeEndpointAsync call, checked against every constraint of the API model. What was not sent is null; a body of no
 * bytes is no body, as the two look the same on the wire.
 */
record InvokeRequest(
        String endpointName,
        byte[] body,
        String inputLocation,
        String contentType,
        String accept,
        String customAttributes,
        String inferenceId,
        String outputPathExtension,
        String filename,
        Integer requestTtlSeconds,
        Integer invocationTimeoutSeconds) {

    private static final int MAX_BODY_BYTES = 128_000;
    private static final String PREFIX = "X-Amzn-SageMaker-";

    private static final Pattern ENDPOINT_NAME = Pattern.compile("[a-zA-Z0-9](-*[a-zA-Z0-9])*");
    private static final Pattern LOCATION = Pattern.compile("(https|s3)://([^/]+)/?(.*)");
    private static final Pattern ASCII = Pattern.compile("\\p{ASCII}*");
    private static final Pattern PRINTABLE = Pattern.compile("\\p{Print}*");
    private static final Pattern PATH_EXTENSION = Pattern.compile("(?!s3:|https:)[a-zA-Z0-9!_.*'()/-]+");
    private static final Pattern FILENAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_-]*(\\.[a-zA-Z0-9_-]*)?");

    /** Reads and checks a request. Throws a {@link RefusedException}. */
    static InvokeRequest of(FullHttpRequest http) {
        String[] path = Replies.path(http).split("/");
        Integer contentLength = http.content().readableBytes();
        InvokeRequest request = new InvokeRequest(
                checked("endpointName", path[2], 1, 63, ENDPOINT_NAME),
                contentLength == 0 ? null : ByteBufUtil.getBytes(http.content()),
                checked("inputLocation", header(http, "InputLocation"), 1, 1024, LOCATION),
                checked("contentType", header(http, "Content-Type"), 0, 1024, ASCII),
                checked("accept", header(http, "Accept"), 0, 1024, ASCII),
                checked("customAttributes", header(http, "Custom-Attributes"), 0, 1024, PRINTABLE),
                checked("inferenceId", header(http, "Inference-Id"), 1, 64, PRINTABLE),
                checked("s3OutputPathExtension", header(http, "S3OutputPathExtension"), 1, 512, PATH_EXTENSION),
                checked("filename", header(http, "Filename"), 1, 32, FILENAME),
                number("requestTTLSeconds", header(http, "RequestTTLSeconds"), 60, 21_600),
                number("invocationTimeoutSeconds", header(http, "InvocationTimeoutSeconds"), 1, 3_600));
        request.checkPayload();
        return request;
    }

    private void checkPayload() {
        if (body == null && inputLocation == null) {
            throw RefusedException.invalid("Either Body or InputLocation must be provided.");
        }
        if (body != null && inputLocation != null) {
            throw RefusedException.invalid("Body and InputLocation are mutually exclusive.");
        }
        if (body != null && body.length > MAX_BODY_BYTES) {
            throw RefusedException.invalid("Body of " + body.length + " bytes exceeds " + MAX_BODY_BYTES + " bytes.");
        }
    }

    private static String header(FullHttpRequest http, String name) {
        String value = http.headers().get(PREFIX + name);
        // Netty reads header bytes as Latin-1, clients write UTF-8.
        return value == null ? null : new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static String checked(String member, String value, int min, int max, Pattern pattern) {
        if (value == null) {
            return null;
        }
        if (value.length() < min
                || value.length() > max
                || !pattern.matcher(value).matches()) {
            throw RefusedException.invalid("1 validation error detected: Value at '" + member
                    + "' failed to satisfy constraint: Member must have length between " + min + " and " + max
                    + " and satisfy regular expression pattern: " + pattern);
        }
        return value;
    }

    private static Integer number(String member, String value, int min, int max) {
        if (value == null) {
            return null;
        }
        if (!value.matches("\\d{1,9}") || Integer.parseInt(value) < min || Integer.parseInt(value) > max) {
            throw RefusedException.invalid("1 validation error detected: Value '" + value + "' at '" + member
                    + "' failed to satisfy constraint: Member must be between " + min + " and " + max);
        }
        return Integer.valueOf(value);
    }
}
