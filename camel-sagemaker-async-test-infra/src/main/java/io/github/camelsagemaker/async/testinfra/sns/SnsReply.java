package io.github.camelsagemaker.async.testinfra.sns;

/**
 * The answer to a request.
 *
 * @param status the HTTP status
 * @param xml the body
 */
public record SnsReply(int status, String xml) {}
