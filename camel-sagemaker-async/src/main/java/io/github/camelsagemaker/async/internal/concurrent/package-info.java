/**
 * Permits, worker pools, back-off, futures, and the stops of routes. Knows nothing of AWS; whoever makes one of these closes it.
 */
package io.github.camelsagemaker.async.internal.concurrent;
