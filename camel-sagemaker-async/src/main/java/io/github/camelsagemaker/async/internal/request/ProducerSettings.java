package io.github.camelsagemaker.async.internal.request;

import io.github.camelsagemaker.async.PayloadMode;
import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.error.InvalidInferenceRequestException;
import io.github.camelsagemaker.async.internal.options.OptionCheck;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * A producer's options, checked when it starts; what is not set is null.
 *
 * @param inlineThreshold the largest payload in bytes that travels inline in mode AUTO
 * @param inputLocation where payloads are uploaded to
 * @param bucketOwner the account that must own the bucket of uploads
 * @param maxReads how many bodies are read at once
 * @param maxUploads how many of them are uploaded in parts at once
 * @param maxWaitingCalls how many calls may wait for their turn, or 0 for no limit
 * @param requestHeaders which headers of a message decide about its request
 */
public record ProducerSettings(
        String endpointName,
        PayloadMode payloadMode,
        int inlineThreshold,
        S3Prefix inputLocation,
        String contentType,
        String accept,
        String customAttributes,
        Integer requestTtlSeconds,
        Integer invocationTimeoutSeconds,
        String outputPathExtension,
        ServerSideEncryption encryption,
        String kmsKeyId,
        String bucketOwner,
        boolean propagateTraceContext,
        int maxReads,
        int maxUploads,
        int maxWaitingCalls,
        RequestHeaders requestHeaders) {

    private static final Pattern ENCRYPTION = Pattern.compile("AES256|aws:kms|aws:kms:dsse");

    /** The name that is put behind inputLocation is a UUID; the whole must fit into the request. */
    private static final int LONGEST_INPUT_LOCATION = 1024 - 36;

    /** Checks the options. */
    public static ProducerSettings of(String endpointName, SageMakerAsyncConfiguration options) {
        return new ProducerSettings(
                endpointName,
                options.getPayloadMode(),
                inlineThreshold(options.getInlineThreshold()),
                inputLocation(options),
                Constraints.mediaType("Option contentType", options.getContentType()),
                Constraints.mediaType("Option accept", options.getAccept()),
                Constraints.customAttributes("Option customAttributes", options.getCustomAttributes()),
                Constraints.requestTtlSeconds("Option requestTtlSeconds", options.getRequestTtlSeconds()),
                Constraints.invocationTimeoutSeconds(
                        "Option invocationTimeoutSeconds", options.getInvocationTimeoutSeconds()),
                Constraints.outputPathExtension("Option s3OutputPathExtension", options.getS3OutputPathExtension()),
                encryption(options),
                options.getSseKmsKeyId(),
                OptionCheck.account("expectedBucketOwner", options.getExpectedBucketOwner()),
                options.isPropagateTraceContext(),
                OptionCheck.from1To10000("maxInFlight", options.getMaxInFlight()),
                OptionCheck.from1To10000("maxUploads", options.getMaxUploads()),
                options.getMaxWaitingCalls(),
                RequestHeaders.of(options.getRequestHeaders()));
    }

    /** What an uploaded object depends on besides the request. */
    record Uploads(S3Prefix location, ServerSideEncryption encryption, String kmsKeyId, String bucketOwner) {}

    Uploads uploads() {
        return new Uploads(inputLocation, encryption, kmsKeyId, bucketOwner);
    }

    private static int inlineThreshold(int value) {
        Constraints.check(
                value >= 0 && value <= SageMakerAsyncConstants.MAX_INLINE_BYTES,
                "Option inlineThreshold",
                value,
                "must be 0 to " + SageMakerAsyncConstants.MAX_INLINE_BYTES + " bytes");
        return value;
    }

    private static S3Prefix inputLocation(SageMakerAsyncConfiguration options) {
        String value = options.getInputLocation();
        if (value == null) {
            if (options.getPayloadMode() == PayloadMode.S3) {
                throw new InvalidInferenceRequestException(
                        "Option payloadMode=S3 needs the option inputLocation, of the form s3://bucket/prefix/");
            }
            return null;
        }
        // It becomes part of an HTTP header, and of the API member InputLocation.
        Constraints.check(
                Constraints.isPrintable(value) && value.length() < LONGEST_INPUT_LOCATION,
                "Option inputLocation",
                value,
                "must be s3://bucket/prefix/ of at most " + (LONGEST_INPUT_LOCATION - 1)
                        + " printable ASCII characters");
        return S3Prefix.parse("inputLocation", value);
    }

    private static ServerSideEncryption encryption(SageMakerAsyncConfiguration options) {
        String value = options.getSseAlgorithm();
        Constraints.check(
                value == null || ENCRYPTION.matcher(value).matches(),
                "Option sseAlgorithm",
                value,
                "must be one of AES256, aws:kms, aws:kms:dsse");
        if (options.getSseKmsKeyId() != null) {
            Constraints.check(
                    value != null && value.startsWith("aws:kms"),
                    "Option sseAlgorithm",
                    value,
                    "must be aws:kms or aws:kms:dsse when the option sseKmsKeyId is set");
        }
        return value == null ? null : ServerSideEncryption.fromValue(value);
    }
}
