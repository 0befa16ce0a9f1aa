package io.github.camelsagemaker.async.testinfra.sns;

/**
 * A queue subscribed to a topic.
 *
 * @param arn the subscription's ARN
 * @param topicArn the topic
 * @param queueArn the SQS queue that receives what is published
 * @param raw whether messages arrive as published (RawMessageDelivery), not inside the SNS envelope
 */
record Subscription(String arn, String topicArn, String queueArn, boolean raw) {}
