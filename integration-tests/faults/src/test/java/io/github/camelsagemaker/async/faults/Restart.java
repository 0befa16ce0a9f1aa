package io.github.camelsagemaker.async.faults;

/**
 * The route is stopped with a time-out that is too short, and started again, while it has a result in hand.
 *
 * @param attempt at which of a node's results, from 1
 * @param givesUp whether the stop ends without having stopped, or by force
 */
record Restart(int attempt, boolean givesUp) {}
