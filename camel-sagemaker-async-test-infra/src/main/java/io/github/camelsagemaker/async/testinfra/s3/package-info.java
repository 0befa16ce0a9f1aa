/**
 * S3Proxy behind the front that counts and fails on order, with what it lacks of S3.
 */
package io.github.camelsagemaker.async.testinfra.s3;
