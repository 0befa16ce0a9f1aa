package io.github.camelsagemaker.async.testinfra.sagemaker;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelsagemaker.async.testinfra.HttpCall;
import io.github.camelsagemaker.async.testinfra.http.Dialect;
import io.github.camelsagemaker.async.testinfra.http.Replies;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;

/** Names the operations of SageMaker Runtime (REST JSON) and of the control plane, and writes their errors. */
public final class SageMakerDialect implements Dialect {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public HttpCall call(HttpRequest request) {
        String path = Replies.path(request);
        boolean invoke = request.method().name().equals("POST")
                && path.startsWith("/endpoints/")
                && path.endsWith("/async-invocations");
        String described = ControlPlane.operation(request.headers().get("X-Amz-Target"));
        return new HttpCall(
                "sagemaker",
                invoke ? "InvokeEndpointAsync" : described == null ? "Unknown" : described,
                request.method().name(),
                path,
                Replies.query(request));
    }

    @Override
    public FullHttpResponse error(int status, String code, String message) {
        FullHttpResponse response = Replies.of(
                status,
                "application/json",
                JSON.createObjectNode().put("message", message).toString());
        response.headers().set("x-amzn-ErrorType", code);
        return response;
    }
}
