/**
 * Places in S3: their form, listing them, who owns their bucket, payloads that were staged there and are no longer needed, deleting
 * in batches. Knows nothing of SageMaker.
 */
package io.github.camelsagemaker.async.internal.s3;
