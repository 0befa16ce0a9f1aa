package io.github.camelsagemaker.async.testinfra.sns;

import java.util.Map;

/**
 * What is published to a topic.
 *
 * @param message the message
 * @param subject the subject, or null
 * @param attributes the message attributes by name
 */
record Publication(String message, String subject, Map<String, MessageAttribute> attributes) {}
