package io.github.camelsagemaker.async.testinfra.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Small helpers for requests and answers. */
public final class Replies {

    private Replies() {}

    /** An answer with a request id. */
    public static FullHttpResponse of(int status, String contentType, String body) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(status),
                Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
        if (contentType != null) {
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
        }
        response.headers()
                .setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
                .set("x-amzn-RequestId", UUID.randomUUID().toString());
        return response;
    }

    public static String path(HttpRequest request) {
        return new QueryStringDecoder(request.uri()).path();
    }

    public static Map<String, List<String>> query(HttpRequest request) {
        return new QueryStringDecoder(request.uri()).parameters();
    }
}
