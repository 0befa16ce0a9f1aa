package io.github.camelsagemaker.async.benchmarks.server;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;

/**
 * One request whose body has been read.
 *
 * @param method its method
 * @param uri its target, decoded
 * @param headers its headers
 * @param body its body where a service reads it, else empty
 * @param length how many bytes its body had
 * @param answer takes its answer, now or later, on the server's thread
 */
record Call(HttpMethod method, QueryStringDecoder uri, HttpHeaders headers, byte[] body, long length, Answer answer) {

    /** Takes the answer to one request. */
    interface Answer {

        /** Sends it; nothing happens if the client is gone. */
        void send(Reply reply);

        /** Whether the client is still there. */
        boolean isOpen();
    }

    String path() {
        return uri.path();
    }

    boolean has(String parameter) {
        return uri.parameters().containsKey(parameter);
    }

    String parameter(String name, String otherwise) {
        List<String> values = uri.parameters().get(name);
        return values == null ? otherwise : values.get(0);
    }

    int number(String name, int otherwise) {
        return Integer.parseInt(parameter(name, String.valueOf(otherwise)));
    }
}
