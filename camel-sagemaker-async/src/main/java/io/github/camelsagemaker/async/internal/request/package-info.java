/**
 * The way of a request, in this order: {@code RequestReader} checks headers and options, {@code PayloadReader} turns the body into a
 * payload, {@code RequestSender} asks {@code PayloadPolicy} how it travels, has {@code InputStager} upload what is too large, and calls
 * SageMaker, {@code InvocationReceipt} says what was accepted. {@code ProducerTracking} is the same way with a record before the
 * call.
 */
package io.github.camelsagemaker.async.internal.request;
