/**
 * An endpoint as the packages above see it: its name, its options and its clients, for as long as a producer or consumer uses it; and
 * which places of S3 and queues are whose in a CamelContext.
 */
package io.github.camelsagemaker.async.internal;
