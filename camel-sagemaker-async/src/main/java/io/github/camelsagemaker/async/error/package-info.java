/**
 * What a route may catch, by kind: a mistake, throttling, an outage, a call whose outcome is unknown, an inference that failed or
 * expired. Each keeps its cause and the request id of AWS, and none holds a payload.
 */
package io.github.camelsagemaker.async.error;
