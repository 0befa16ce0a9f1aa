package io.github.camelsagemaker.async.testinfra.sqs;

import io.github.camelsagemaker.async.testinfra.HttpCall;
import io.github.camelsagemaker.async.testinfra.http.Dialect;
import io.github.camelsagemaker.async.testinfra.http.Replies;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;

/** Names SQS's operations and writes its errors, in the JSON protocol. */
public final class SqsDialect implements Dialect {

    @Override
    public HttpCall call(HttpRequest request) {
        String target = request.headers().get("X-Amz-Target", "Unknown");
        return new HttpCall(
                "sqs",
                target.substring(target.indexOf('.') + 1),
                request.method().name(),
                Replies.path(request),
                Replies.query(request));
    }

    @Override
    public FullHttpResponse error(int status, String code, String message) {
        return Replies.of(
                status,
                "application/x-amz-json-1.0",
                "{\"__type\":\"com.amazonaws.sqs#" + code + "\",\"message\":\"" + message + "\"}");
    }
}
