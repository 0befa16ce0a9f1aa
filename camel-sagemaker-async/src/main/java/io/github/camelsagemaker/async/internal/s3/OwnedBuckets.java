package io.github.camelsagemaker.async.internal.s3;

import io.github.camelsagemaker.async.internal.options.OptionCheck;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import software.amazon.awssdk.services.s3.DelegatingS3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Request;

/**
 * An S3 client that has S3 refuse buckets of other accounts than expected: a bucket of a known name may have been given up and
 * made again by somebody else. It reads results only, and deletes results and payloads. Not to be closed: the client
 * belongs to whoever gave it.
 */
public final class OwnedBuckets extends DelegatingS3AsyncClient {

    private final String owner;
    private final String inputOwner;
    private final S3Prefix inputs;

    private OwnedBuckets(S3AsyncClient s3, String owner, String inputOwner, S3Prefix inputs) {
        super(s3);
        this.owner = owner;
        this.inputOwner = inputOwner;
        this.inputs = inputs;
    }

    /** The client itself without an owner, of results or of payloads; {@code inputs}, where payloads are uploaded to, may be null. */
    public static S3AsyncClient of(S3AsyncClient s3, String owner, String inputOwner, S3Prefix inputs) {
        OptionCheck.account("expectedResultBucketOwner", owner);
        OptionCheck.account("expectedBucketOwner", inputOwner);
        return owner == null && inputOwner == null ? s3 : new OwnedBuckets(s3, owner, inputOwner, inputs);
    }

    @Override
    @SuppressWarnings("unchecked") // a copy has the type of its original
    protected <T extends S3Request, R> CompletableFuture<R> invokeOperation(
            T request, Function<T, CompletableFuture<R>> operation) {
        S3Request owned = request;
        if (request instanceof ListObjectsV2Request list) {
            owned = list.copy(b -> b.expectedBucketOwner(owner));
        } else if (request instanceof GetObjectRequest get) {
            owned = get.copy(b -> b.expectedBucketOwner(owner));
        } else if (request instanceof HeadObjectRequest head) {
            owned = head.copy(b -> b.expectedBucketOwner(owner));
        } else if (request instanceof DeleteObjectRequest delete) {
            owned = delete.copy(b -> b.expectedBucketOwner(ownerOf(delete.bucket(), Stream.of(delete.key()))));
        } else if (request instanceof DeleteObjectsRequest delete) {
            Stream<String> keys = delete.delete().objects().stream().map(ObjectIdentifier::key);
            owned = delete.copy(b -> b.expectedBucketOwner(ownerOf(delete.bucket(), keys)));
        } else if (request instanceof CopyObjectRequest copy) {
            // Where objects are moved to is the user's choice, and may be another account.
            owned = copy.copy(b -> b.expectedSourceBucketOwner(owner));
        }
        return operation.apply((T) owned);
    }

    private String ownerOf(String bucket, Stream<String> keys) {
        return inputs != null && keys.allMatch(key -> StagedInputs.isStaged(inputs, new S3Location(bucket, key)))
                ? inputOwner
                : owner;
    }
}
