package io.github.camelsagemaker.async.testinfra.sns;

import io.github.camelsagemaker.async.testinfra.HttpCall;
import io.github.camelsagemaker.async.testinfra.http.Dialect;
import io.github.camelsagemaker.async.testinfra.http.Replies;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;

/**
 * Writes SNS's errors. In the Query protocol the operation stands in the body, which is not read before a fault is decided, so to
 * faults all calls are named {@code Sns}; the ledger counts them by their operations too.
 */
public final class SnsDialect implements Dialect {

    @Override
    public HttpCall call(HttpRequest request) {
        return new HttpCall("sns", "Sns", request.method().name(), Replies.path(request), Replies.query(request));
    }

    @Override
    public FullHttpResponse error(int status, String code, String message) {
        return Replies.of(
                status,
                "text/xml",
                "<ErrorResponse><Error><Type>Sender</Type><Code>" + code + "</Code><Message>" + message
                        + "</Message></Error></ErrorResponse>");
    }
}
