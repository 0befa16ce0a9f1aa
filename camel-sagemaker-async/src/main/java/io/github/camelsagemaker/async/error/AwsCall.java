package io.github.camelsagemaker.async.error;

import java.io.Serializable;

/**
 * What is known of a failed call to AWS.
 *
 * @param operation the API operation
 * @param statusCode the HTTP status, 0 if no answer arrived
 * @param errorCode the AWS error code, or null
 * @param requestId the AWS request id, or null
 */
record AwsCall(String operation, int statusCode, String errorCode, String requestId) implements Serializable {}
