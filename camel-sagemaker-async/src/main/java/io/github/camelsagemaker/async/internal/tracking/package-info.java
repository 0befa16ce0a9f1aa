/**
 * What producer and consumer share about records of requests: headers as text, deadlines and their expiry, and how many there are.
 */
package io.github.camelsagemaker.async.internal.tracking;
