package io.github.camelsagemaker.async.internal.s3;

import io.github.camelsagemaker.async.internal.options.OptionCheck;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.services.s3.DelegatingS3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Request;

/**
 * An S3 client that has S3 refuse buckets of other accounts than expected: a bucket of a known name may have been given up and
 * made again by somebody else. It reads and deletes results, or uploads payloads, and deletes these in both cases. Not to be
 * closed: the client belongs to whoever gave it.
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
        String named = owner;
        if (request instanceof DeleteObjectRequest delete) {
            named = ownerOf(delete.bucket(), Stream.of(delete.key()));
        } else if (request instanceof DeleteObjectsRequest delete) {
            named = ownerOf(delete.bucket(), delete.delete().objects().stream().map(ObjectIdentifier::key));
        }
        // Where objects are moved to is the user's choice, and may be another account.
        String member = request instanceof CopyObjectRequest ? "ExpectedSourceBucketOwner" : "ExpectedBucketOwner";
        S3Request.Builder owned = request.toBuilder();
        for (SdkField<?> field : request.sdkFields()) {
            if (field.memberName().equals(member)) {
                field.set(owned, named);
            }
        }
        return operation.apply((T) owned.build());
    }

    private String ownerOf(String bucket, Stream<String> keys) {
        return inputs != null && keys.allMatch(key -> StagedInputs.isStaged(inputs, new S3Location(bucket, key)))
                ? inputOwner
                : owner;
    }
}
