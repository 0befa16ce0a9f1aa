package io.github.camelsagemaker.async.internal;

import java.util.Map;

/** A producer or consumer that was started. It lives on when the component is stopped and started under running routes. */
public interface EndpointPart {

    void begin() throws Exception;

    void end();

    /** What it is, and its numbers since the start, for people. */
    Facts facts();

    /**
     * @param endpointName the SageMaker endpoint
     * @param part the route of a consumer, or the URI of a producer
     * @param numbers by their names
     */
    record Facts(String endpointName, String part, Map<String, Object> numbers) {}
}
