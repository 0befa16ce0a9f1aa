package io.github.camelsagemaker.async.await;

import io.github.camelsagemaker.async.result.S3Location;

/**
 * Awaited places that are looked at together.
 *
 * @param bucket the bucket
 * @param prefix the common beginning of the keys; ends in {@code /}, or is empty
 * @param kind what is awaited there
 * @param reserved whether the prefix ends in a producer's reserved path, so that a listing of it shows nothing else
 */
record LocationGroup(String bucket, String prefix, Kind kind, boolean reserved) {

    enum Kind {
        OUTPUT,
        FAILURE
    }

    /** @param root what the reserved path begins with, see {@link AwaitedPath#root} */
    static LocationGroup of(S3Location location, Kind kind, String root) {
        String key = location.key();
        int start = key.indexOf(root);
        boolean reserved = start == 0 || start > 0 && key.charAt(start - 1) == '/';
        String prefix = reserved ? key.substring(0, start + root.length()) : key.substring(0, key.lastIndexOf('/') + 1);
        return new LocationGroup(location.bucket(), prefix, kind, reserved);
    }

    @Override
    public String toString() {
        return "s3://" + bucket + "/" + prefix;
    }
}
