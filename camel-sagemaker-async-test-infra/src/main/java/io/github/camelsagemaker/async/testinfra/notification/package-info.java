/**
 * What SageMaker publishes when an invocation has ended; lost, doubled and delayed on order.
 */
package io.github.camelsagemaker.async.testinfra.notification;
