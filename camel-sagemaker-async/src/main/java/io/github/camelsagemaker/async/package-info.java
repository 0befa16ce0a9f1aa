/**
 * What Camel sees of the component: component, endpoint, configuration, header names, producer and consumers.
 *
 * <p>The way of a request is in {@code internal.request}, the way of a result in {@code internal.consume}. {@code
 * internal.aws} alone knows about credentials and endpoints of AWS.
 */
package io.github.camelsagemaker.async;
