package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.internal.result.ResultEvent;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * An object to be deleted or moved.
 *
 * @param etag its ETag when the result was read, or found, so that an object overwritten since is left alone; null if not known
 * @param lastModified when it was written, to the second: a name may be used again for the same content; null if not known
 * @param size its size in bytes, or null if not known
 */
record StoredObject(S3Location location, String etag, Instant lastModified, Long size) {

    StoredObject {
        lastModified = lastModified == null ? null : lastModified.truncatedTo(ChronoUnit.SECONDS);
    }

    /** What it is known by: some sources quote ETags, others do not. */
    StoredObject version() {
        return new StoredObject(location, etag == null ? null : etag.replace("\"", ""), lastModified, null);
    }

    static StoredObject listed(ResultEvent event) {
        return new StoredObject(event.object(), event.etag(), event.eventTime(), event.contentLength());
    }
}
