/**
 * A queue: found or made, subscribed to topics, received from for as many messages as there are permits, kept invisible while they are
 * handled, acknowledged in batches. Knows nothing of SageMaker and of what the messages say.
 */
package io.github.camelsagemaker.async.internal.sqs;
