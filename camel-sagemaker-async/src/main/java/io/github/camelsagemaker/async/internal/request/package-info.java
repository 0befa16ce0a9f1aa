/**
 * The way of a request, in this order: {@code RequestReader} checks headers and options, {@code PayloadReader} turns the body into a
 * payload and chooses its way by its size, {@code InputStager} uploads what is too large for the call, {@code RequestSender} calls
 * SageMaker, {@code InvocationReceipt} says what was accepted. {@code ProducerTracking} is the same way with a record before the
 * call.
 */
package io.github.camelsagemaker.async.internal.request;
