package io.github.camelsagemaker.async.internal.request;

import io.github.camelsagemaker.async.PayloadMode;
import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.internal.options.OptionCheck;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.sagemakerruntime.model.InvokeEndpointAsyncRequest;

/**
 * A producer's options, checked when it starts; what is not set is null.
 *
 * @param defaults what is asked of SageMaker where a message's headers say nothing
 */
public record ProducerSettings(InferenceRequest defaults, Uploads uploads, SageMakerAsyncConfiguration options) {

    private static final Constraints.Text ENCRYPTION =
            new Constraints.Text(12, "AES256|aws:kms|aws:kms:dsse", "must be one of AES256, aws:kms, aws:kms:dsse");

    /** Becomes part of an HTTP header, and with a UUID behind it InputLocation, which has up to 1024 characters. */
    private static final Constraints.Text INPUT_LOCATION = new Constraints.Text(
            987, "[\\x20-\\x7E]*", "must be s3://bucket/prefix/ of at most 987 printable ASCII characters");

    /** The location is null if nothing can be uploaded; the owner is the account that must own the bucket. */
    record Uploads(S3Prefix location, ServerSideEncryption encryption, String kmsKeyId, String bucketOwner) {}

    public static ProducerSettings of(String endpointName, SageMakerAsyncConfiguration options) {
        OptionCheck.between(
                "inlineThreshold", options.getInlineThreshold(), 0, SageMakerAsyncConstants.MAX_INLINE_BYTES, " bytes");
        OptionCheck.between("maxInFlight", options.getMaxInFlight(), 1, OptionCheck.MOST_AT_ONCE, "");
        OptionCheck.between("maxUploads", options.getMaxUploads(), 1, OptionCheck.MOST_AT_ONCE, "");
        String inputLocation = INPUT_LOCATION.check("Option inputLocation", options.getInputLocation());
        OptionCheck.require(
                inputLocation != null || options.getPayloadMode() != PayloadMode.S3,
                "Option payloadMode=S3 needs the option inputLocation, of the form s3://bucket/prefix/");
        String encryption = ENCRYPTION.check("Option sseAlgorithm", options.getSseAlgorithm());
        Constraints.check(
                options.getSseKmsKeyId() == null || encryption != null && encryption.startsWith("aws:kms"),
                "Option sseAlgorithm",
                encryption,
                "must be aws:kms or aws:kms:dsse when the option sseKmsKeyId is set");
        InvokeEndpointAsyncRequest defaults = InvokeEndpointAsyncRequest.builder()
                .endpointName(endpointName)
                .contentType(Constraints.MEDIA_TYPE.check("Option contentType", options.getContentType()))
                .accept(Constraints.MEDIA_TYPE.check("Option accept", options.getAccept()))
                .customAttributes(
                        Constraints.CUSTOM_ATTRIBUTES.check("Option customAttributes", options.getCustomAttributes()))
                .requestTTLSeconds(
                        Constraints.REQUEST_TTL.check("Option requestTtlSeconds", options.getRequestTtlSeconds()))
                .invocationTimeoutSeconds(Constraints.INVOCATION_TIMEOUT.check(
                        "Option invocationTimeoutSeconds", options.getInvocationTimeoutSeconds()))
                .s3OutputPathExtension(Constraints.OUTPUT_PATH_EXTENSION.check(
                        "Option s3OutputPathExtension", options.getS3OutputPathExtension()))
                .build();
        return new ProducerSettings(
                new InferenceRequest(defaults, options.getPayloadMode()),
                new Uploads(
                        S3Prefix.parse("inputLocation", inputLocation),
                        ServerSideEncryption.fromValue(encryption),
                        options.getSseKmsKeyId(),
                        OptionCheck.account("expectedBucketOwner", options.getExpectedBucketOwner())),
                options);
    }

    /** Where payloads are uploaded to; null if none can be. */
    public S3Prefix inputLocation() {
        return uploads.location();
    }
}
