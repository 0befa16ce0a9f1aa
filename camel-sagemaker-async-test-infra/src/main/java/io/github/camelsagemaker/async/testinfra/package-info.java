/**
 * SageMaker asynchronous inference, S3, SQS and SNS on free ports of 127.0.0.1, for tests: {@code LocalAws}, its endpoints and models,
 * faults in order, and a ledger of every call. The packages below are the servers, and no interface.
 */
package io.github.camelsagemaker.async.testinfra;
