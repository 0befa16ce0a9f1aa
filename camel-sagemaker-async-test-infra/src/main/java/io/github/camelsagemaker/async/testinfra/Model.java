package io.github.camelsagemaker.async.testinfra;

import java.util.Objects;

/**
 * The model behind an endpoint, given as a function. It runs on a pool of the endpoint's own, as many calls at once as the
 * endpoint's concurrency allows, and must be thread-safe when that is more than 1. An exception is a failed inference;
 * {@link ModelException} says more about it. When the invocation times out or the servers stop, its thread is interrupted.
 */
@FunctionalInterface
public interface Model {

    /** Answers one request; never null. */
    ModelResponse infer(ModelRequest request) throws Exception;

    /** Answers with the payload and the content type it was sent with. Holds the payload in memory. */
    static Model echo() {
        return request -> new ModelResponse(
                request.body(), request.contentType() == null ? "application/octet-stream" : request.contentType());
    }

    /** Answers every request alike. */
    static Model answering(ModelResponse response) {
        Objects.requireNonNull(response, "response");
        return request -> response;
    }

    /** Fails every request as a model server does that answers 500 with this message. */
    static Model failing(String message) {
        return request -> {
            throw new ModelException(message);
        };
    }
}
