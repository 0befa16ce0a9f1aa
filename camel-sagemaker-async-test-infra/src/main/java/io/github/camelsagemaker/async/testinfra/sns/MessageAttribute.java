package io.github.camelsagemaker.async.testinfra.sns;

/**
 * An attribute of a published message.
 *
 * @param type String, Number or Binary
 * @param value the value; Base64 for Binary
 */
record MessageAttribute(String type, String value) {}
