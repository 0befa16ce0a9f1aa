/**
 * ElasticMQ behind the front that counts and fails on order.
 */
package io.github.camelsagemaker.async.testinfra.sqs;
