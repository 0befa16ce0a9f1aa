package io.github.camelsagemaker.async.testinfra.sns;

/**
 * An attribute of a published message.
 *
 * @param type String, Number or Binary, maybe with a label of the user's behind a dot
 * @param value the value; Base64 for Binary
 */
public record MessageAttribute(String type, String value) {}
