/**
 * What operators see: health, counters for JMX, meters, identifiers in log lines, and traces that go on. Nothing here calls AWS,
 * blocks, or fails its caller. {@link io.github.camelsagemaker.async.internal.observe.Observability} makes an observer for each producer
 * and consumer, and shares gauges among them.
 *
 * <p>A new meter is a constant of {@link io.github.camelsagemaker.async.internal.observe.Metric}. Labels must have few values: endpoint,
 * mode, outcome; never an inference id, a location or a message. Only {@code MicrometerMeters} knows Micrometer, which may be
 * missing.
 */
package io.github.camelsagemaker.async.internal.observe;
