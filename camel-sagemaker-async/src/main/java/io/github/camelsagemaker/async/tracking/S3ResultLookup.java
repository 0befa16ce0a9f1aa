package io.github.camelsagemaker.async.tracking;

import io.github.camelsagemaker.async.error.AwsErrors;
import io.github.camelsagemaker.async.result.S3Location;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;

/**
 * Looks by HeadObject, one request for each place. S3 answers 403 for an object that is not there when the caller may not
 * list the bucket, so that means "not there" as 404 does. Thread-safe.
 */
public final class S3ResultLookup implements ResultLookup {

    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;

    private final S3AsyncClient s3;

    public S3ResultLookup(S3AsyncClient s3) {
        this.s3 = s3;
    }

    @Override
    public CompletableFuture<Boolean> isThere(PendingInvocation invocation) {
        return isThere(invocation.outputLocation())
                .thenCombine(isThere(invocation.failureLocation()), (output, failure) -> output || failure);
    }

    private CompletableFuture<Boolean> isThere(S3Location location) {
        if (location == null) {
            return CompletableFuture.completedFuture(false);
        }
        HeadObjectRequest head = HeadObjectRequest.builder()
                .bucket(location.bucket())
                .key(location.key())
                .build();
        return s3.headObject(head).handle((object, failure) -> {
            int status = failure == null ? 0 : AwsErrors.statusOf(failure);
            if (failure == null || status == NOT_FOUND || status == FORBIDDEN) {
                return failure == null;
            }
            throw AwsErrors.translate("HeadObject", "object '" + location + "' of a tracked request", failure);
        });
    }
}
