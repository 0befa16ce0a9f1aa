/**
 * A small SNS: topics, subscriptions to queues, publishing, in the AWS Query protocol.
 */
package io.github.camelsagemaker.async.testinfra.sns;
