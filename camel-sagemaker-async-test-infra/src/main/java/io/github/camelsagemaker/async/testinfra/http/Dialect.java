package io.github.camelsagemaker.async.testinfra.http;

import io.github.camelsagemaker.async.testinfra.HttpCall;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;

/** What differs between the services before a request is judged: how operations are named and errors are written. */
public interface Dialect {

    /** Names the operation. Looks at the request's head only. */
    HttpCall call(HttpRequest request);

    /** Writes an error as the service writes it. Codes of other services are translated. */
    FullHttpResponse error(int status, String code, String message);
}
