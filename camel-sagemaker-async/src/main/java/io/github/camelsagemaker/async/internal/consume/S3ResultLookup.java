package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.s3.ObjectPage;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.tracking.PendingInvocation;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** Looks by HeadObject, one request for each place. That an object is not there is told by a listing only. Thread-safe. */
public final class S3ResultLookup {

    private final S3AsyncClient s3;

    public S3ResultLookup(S3AsyncClient s3) {
        this.s3 = s3;
    }

    /**
     * Looks once at the places that the record knows, without blocking.
     *
     * @return whether an object is at one of them; fails if S3 could not tell
     */
    public CompletableFuture<Boolean> isThere(PendingInvocation invocation) {
        return isThere(invocation.outputLocation())
                .thenCombine(isThere(invocation.failureLocation()), (output, failure) -> output || failure);
    }

    private CompletableFuture<Boolean> isThere(S3Location location) {
        if (location == null) {
            return CompletableFuture.completedFuture(false);
        }
        return s3.headObject(head -> head.bucket(location.bucket()).key(location.key()))
                .thenApply(there -> true)
                .exceptionallyCompose(failure -> AwsErrors.isWordless(failure)
                        ? isListed(location, null)
                        : CompletableFuture.failedFuture(AwsErrors.translate(
                                "HeadObject", "object '" + location + "' of a tracked request", failure)));
    }

    /** The key itself is the first one that begins with it. */
    private CompletableFuture<Boolean> isListed(S3Location location, String token) {
        return ObjectPage.list(s3, location.bucket(), location.key(), token, null)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(AwsErrors.translate(
                        "ListObjectsV2",
                        "'" + location
                                + "' (a tracked request's place; that nothing is there S3 tells with the permission"
                                + " s3:ListBucket only)",
                        failure)))
                .thenCompose(page -> page.objects().isEmpty() && !page.last()
                        ? isListed(location, page.token())
                        : CompletableFuture.completedFuture(!page.objects().isEmpty()
                                && page.objects().get(0).key().equals(location.key())));
    }
}
