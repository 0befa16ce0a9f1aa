/**
 * What operators see: health, counters for JMX, meters, identifiers in log lines, and traces that go on.
 *
 * <p>Nothing here calls AWS, blocks, or fails its caller. Other packages feed it:
 *
 * <ul>
 *   <li>{@link io.github.camelsagemaker.async.observe.Observability}, one for each component, makes the observers and shares
 *       gauges among them.
 *   <li>{@link io.github.camelsagemaker.async.observe.RequestObserver}, one for each producer: {@code begun}, then exactly one
 *       of {@code accepted} and {@code failed}.
 *   <li>{@link io.github.camelsagemaker.async.observe.ResultObserver}, one for each consumer: {@code settled},
 *       {@code attemptFailed}, {@code duplicate}, {@code expired}, {@code poisoned}; and its
 *       {@link io.github.camelsagemaker.async.observe.CallHealth} what listing and receiving came to.
 *   <li>Who holds requests whose results are outstanding adds their number with {@code RequestObserver.pending}, and closes
 *       what it gets when it stops.
 *   <li>{@link io.github.camelsagemaker.async.observe.LogContext} goes around a log statement, or around handing an exchange on.
 * </ul>
 *
 * <p>A new meter is a constant of {@link io.github.camelsagemaker.async.observe.Metric}. Labels must have few values: endpoint,
 * mode, outcome; never an inference id, a location or a message. Only
 * {@link io.github.camelsagemaker.async.observe.MicrometerMeters} knows Micrometer, which may be missing.
 */
package io.github.camelsagemaker.async.observe;
