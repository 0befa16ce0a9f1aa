package io.github.camelsagemaker.async.error;

import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Tells apart the answers of S3 that are no errors for the component. */
public final class S3Answers {

    private static final int NOT_FOUND = 404;
    private static final int PRECONDITION_FAILED = 412;
    private static final String NO_SUCH_BUCKET = "NoSuchBucket";

    private S3Answers() {}

    /** Whether there is no such object. A missing bucket is a mistake in the configuration, and is not meant. */
    public static boolean isNoSuchObject(Throwable failure) {
        if (AwsErrors.statusOf(failure) != NOT_FOUND) {
            return false;
        }
        // An answer to HeadObject has no body and so no code; the bucket is then taken to exist.
        return !(AwsErrors.unwrap(failure) instanceof AwsServiceException aws
                && aws.awsErrorDetails() != null
                && NO_SUCH_BUCKET.equals(aws.awsErrorDetails().errorCode()));
    }

    /** Whether the object is not the version that the request named by its ETag. */
    public static boolean isOtherVersion(Throwable failure) {
        return AwsErrors.statusOf(failure) == PRECONDITION_FAILED;
    }
}
