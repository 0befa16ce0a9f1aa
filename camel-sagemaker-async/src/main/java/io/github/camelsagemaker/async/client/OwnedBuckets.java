package io.github.camelsagemaker.async.client;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.s3.DelegatingS3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.S3Request;

/**
 * An S3 client that has S3 refuse buckets of other accounts than expected: a bucket of a known name may have been given up and
 * made again by somebody else. Closing it closes nothing.
 */
public final class OwnedBuckets extends DelegatingS3AsyncClient {

    private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");

    private final Function<String, String> owners;

    private OwnedBuckets(S3AsyncClient s3, Function<String, String> owners) {
        super(s3);
        this.owners = owners;
    }

    /**
     * The client itself without an owner.
     *
     * @param owner the account that must own the buckets, or null
     * @param inputBucket a bucket of payloads, which is not meant, or null
     * @throws IllegalArgumentException if the owner is no account id
     */
    public static S3AsyncClient of(S3AsyncClient s3, String owner, String inputBucket) {
        if (owner == null) {
            return s3;
        }
        if (!ACCOUNT.matcher(owner).matches()) {
            throw new IllegalArgumentException(
                    "Option expectedResultBucketOwner is '" + owner + "', but must be an AWS account id of 12 digits");
        }
        return new OwnedBuckets(s3, bucket -> bucket.equals(inputBucket) ? null : owner);
    }

    @Override
    protected <T extends S3Request, R> CompletableFuture<R> invokeOperation(
            T request, Function<T, CompletableFuture<R>> operation) {
        return operation.apply(owned(request));
    }

    /** Same type in, same type out. */
    @SuppressWarnings("unchecked")
    private <T extends S3Request> T owned(T request) {
        S3Request owned = request;
        if (request instanceof ListObjectsV2Request list) {
            owned = list.copy(b -> b.expectedBucketOwner(owners.apply(list.bucket())));
        } else if (request instanceof GetObjectRequest get) {
            owned = get.copy(b -> b.expectedBucketOwner(owners.apply(get.bucket())));
        } else if (request instanceof HeadObjectRequest head) {
            owned = head.copy(b -> b.expectedBucketOwner(owners.apply(head.bucket())));
        } else if (request instanceof DeleteObjectRequest delete) {
            owned = delete.copy(b -> b.expectedBucketOwner(owners.apply(delete.bucket())));
        } else if (request instanceof DeleteObjectsRequest delete) {
            owned = delete.copy(b -> b.expectedBucketOwner(owners.apply(delete.bucket())));
        } else if (request instanceof CopyObjectRequest copy) {
            // Where objects are moved to is the user's choice, and may be another account.
            owned = copy.copy(b -> b.expectedSourceBucketOwner(owners.apply(copy.sourceBucket())));
        }
        return (T) owned;
    }

    @Override
    public void close() {
        // The client belongs to whoever gave it.
    }
}
