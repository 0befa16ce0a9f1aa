/**
 * The way of a result into the route and out of it: {@code BucketScan} lists, {@code NotificationHandler} receives messages, and
 * {@code ResultProcessor} keeps the order of the promise: claim, read, route, remember, end the record, settle. {@code ConsumerRuntime} owns
 * what both consumers have between start and stop.
 */
package io.github.camelsagemaker.async.internal.consume;
