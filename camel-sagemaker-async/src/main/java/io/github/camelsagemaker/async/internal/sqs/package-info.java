/**
 * A queue: found or created, subscribed to topics, received from for as many messages as there are permits, kept invisible while they are
 * handled, acknowledged in batches, and deleted. What the messages say is not known here.
 */
package io.github.camelsagemaker.async.internal.sqs;
