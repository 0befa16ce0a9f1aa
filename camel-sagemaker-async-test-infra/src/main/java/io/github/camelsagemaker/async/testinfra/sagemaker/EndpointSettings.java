package io.github.camelsagemaker.async.testinfra.sagemaker;

import io.github.camelsagemaker.async.testinfra.Model;

/**
 * An endpoint as it was created.
 *
 * @param name the endpoint's name
 * @param outputPath {@code s3://bucket/prefix/} for outputs; null for an endpoint that is not asynchronous
 * @param failurePath the same for failures; null if there is none
 * @param concurrency how many requests the model takes at once
 * @param model the model
 * @param httpsLocations whether locations are answered as https:// addresses
 * @param expiryWritesFailure whether a request that expired in the queue leaves a failure object (undocumented)
 * @param successTopic ARN of the topic told of successes, or null
 * @param errorTopic ARN of the topic told of failures, or null
 * @param responseInNotification whether notifications carry the response, where it is small enough
 * @param status its EndpointStatus
 */
public record EndpointSettings(
        String name,
        String outputPath,
        String failurePath,
        int concurrency,
        Model model,
        boolean httpsLocations,
        boolean expiryWritesFailure,
        String successTopic,
        String errorTopic,
        boolean responseInNotification,
        String status) {

    /** The name of its configuration, which is not the endpoint's: at AWS it is any other. */
    String configName() {
        return "config-" + Integer.toHexString(name.hashCode());
    }
}
