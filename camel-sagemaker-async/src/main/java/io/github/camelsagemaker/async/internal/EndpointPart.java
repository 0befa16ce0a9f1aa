package io.github.camelsagemaker.async.internal;

/** A producer or consumer that was started. It lives on when the component is stopped and started under running routes. */
public interface EndpointPart {

    void begin() throws Exception;

    void end();
}
