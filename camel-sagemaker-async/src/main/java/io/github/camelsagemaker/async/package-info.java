/**
 * What Camel sees of the component: component, endpoint, configuration, header names, producer and consumers.
 *
 * <p>The way of a request is in {@code invoke}; the way of a result is in {@code landing}, {@code result} and {@code
 * settle}, in this order. {@code client} alone knows about credentials and endpoints of AWS.
 */
package io.github.camelsagemaker.async;
