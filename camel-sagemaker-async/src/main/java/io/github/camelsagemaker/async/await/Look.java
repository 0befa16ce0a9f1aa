package io.github.camelsagemaker.async.await;

/** What a look at one object showed. */
enum Look {
    /** It is there, and was handed over. */
    FOUND,
    /** It is not there. */
    ABSENT,
    /** Nobody waits for it any more; S3 was not asked. */
    NOT_WANTED
}
