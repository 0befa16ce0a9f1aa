/**
 * InvokeEndpointAsync and what follows: refuses what breaks a documented constraint, runs the model, writes output or failure to S3.
 */
package io.github.camelsagemaker.async.testinfra.sagemaker;
