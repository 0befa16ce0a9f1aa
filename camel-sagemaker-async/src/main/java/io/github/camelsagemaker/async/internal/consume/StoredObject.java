package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.internal.s3.S3Location;

/**
 * An object to be deleted or moved.
 *
 * @param etag its ETag when the result was read, or found, so that an object overwritten since is left alone; null if not known
 * @param size its size in bytes, or null if not known
 */
record StoredObject(S3Location location, String etag, Long size) {}
