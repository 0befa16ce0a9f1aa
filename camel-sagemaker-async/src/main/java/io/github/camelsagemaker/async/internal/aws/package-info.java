/**
 * The clients of AWS, who may use them and for how long, and the one reading of what AWS answers: refused, throttled, away, or not
 * known whether it was carried out. Nothing else knows about credentials.
 */
package io.github.camelsagemaker.async.internal.aws;
