package io.github.camelsagemaker.async;

import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/**
 * The options about sending requests.
 */
@UriParams
public abstract class ProducerConfiguration extends RequestReplyConfiguration {

    @UriParam(label = "producer", defaultValue = "AUTO")
    private PayloadMode payloadMode = PayloadMode.AUTO;

    @UriParam(label = "producer", defaultValue = "128000")
    private int inlineThreshold = 128000;

    @UriParam
    private String inputLocation;

    @UriParam(label = "producer")
    private String contentType;

    @UriParam(label = "producer")
    private String accept;

    @UriParam(label = "producer")
    private String customAttributes;

    @UriParam(label = "producer")
    private Integer requestTtlSeconds;

    @UriParam(label = "producer")
    private Integer invocationTimeoutSeconds;

    @UriParam(label = "producer")
    private String s3OutputPathExtension;

    @UriParam(label = "producer", enums = "AES256,aws:kms,aws:kms:dsse")
    private String sseAlgorithm;

    @UriParam(label = "producer")
    private String sseKmsKeyId;

    @UriParam
    private String expectedBucketOwner;

    @UriParam(label = "producer,advanced", defaultValue = "16")
    private int maxUploads = 16;

    @UriParam(label = "advanced", defaultValue = "true")
    private boolean checkBucketsAtStart = true;

    public PayloadMode getPayloadMode() {
        return payloadMode;
    }

    /**
     * How payloads travel. AUTO: inside the call up to inlineThreshold bytes, else through S3. INLINE: always
     * inside the call, a larger payload is an error. S3: always through S3. An empty payload cannot travel
     * inside the call: AUTO sends it through S3, or refuses it without inputLocation. Through S3 at most 1 GB.
     */
    public void setPayloadMode(PayloadMode payloadMode) {
        this.payloadMode = payloadMode;
    }

    public int getInlineThreshold() {
        return inlineThreshold;
    }

    /** The largest payload in bytes that travels inside the call in mode AUTO, 0 to 128000. */
    public void setInlineThreshold(int inlineThreshold) {
        this.inlineThreshold = inlineThreshold;
    }

    public String getInputLocation() {
        return inputLocation;
    }

    /**
     * Where payloads are uploaded to, of the form s3://bucket/prefix/. Needed for payloads that go through S3.
     * A consumer needs it for deleteInputAfterRead: it deletes inputs below it only.
     */
    public void setInputLocation(String inputLocation) {
        this.inputLocation = inputLocation;
    }

    public String getContentType() {
        return contentType;
    }

    /**
     * The payload's media type, up to 1024 ASCII characters. The request header wins over it, and it wins over the
     * exchange's Content-Type. Its charset is the one that texts are sent in.
     */
    public void setContentType(String contentType) {
        this.contentType = contentType;
    }

    public String getAccept() {
        return accept;
    }

    /** The media type wanted of the result, up to 1024 ASCII characters. */
    public void setAccept(String accept) {
        this.accept = accept;
    }

    public String getCustomAttributes() {
        return customAttributes;
    }

    /** Information handed to the model container, up to 1024 visible ASCII characters. */
    public void setCustomAttributes(String customAttributes) {
        this.customAttributes = customAttributes;
    }

    public Integer getRequestTtlSeconds() {
        return requestTtlSeconds;
    }

    /**
     * The longest time in seconds a request may wait in SageMaker's queue, 60 to 21600. When not set,
     * SageMaker's default of 21600 (6 hours).
     */
    public void setRequestTtlSeconds(Integer requestTtlSeconds) {
        this.requestTtlSeconds = requestTtlSeconds;
    }

    public Integer getInvocationTimeoutSeconds() {
        return invocationTimeoutSeconds;
    }

    /**
     * The longest time in seconds the model may take, 1 to 3600. When not set, SageMaker's default of 900 (15
     * minutes).
     */
    public void setInvocationTimeoutSeconds(Integer invocationTimeoutSeconds) {
        this.invocationTimeoutSeconds = invocationTimeoutSeconds;
    }

    public String getS3OutputPathExtension() {
        return s3OutputPathExtension;
    }

    /** A path put between the endpoint's S3 output path and the result's name, up to 512 characters. */
    public void setS3OutputPathExtension(String s3OutputPathExtension) {
        this.s3OutputPathExtension = s3OutputPathExtension;
    }

    public String getSseAlgorithm() {
        return sseAlgorithm;
    }

    /** The server-side encryption asked for when a payload is uploaded. When not set, the bucket's default. */
    public void setSseAlgorithm(String sseAlgorithm) {
        this.sseAlgorithm = sseAlgorithm;
    }

    public String getSseKmsKeyId() {
        return sseKmsKeyId;
    }

    /** The KMS key that encrypts uploaded payloads. Goes together with sseAlgorithm aws:kms or aws:kms:dsse. */
    public void setSseKmsKeyId(String sseKmsKeyId) {
        this.sseKmsKeyId = sseKmsKeyId;
    }

    public String getExpectedBucketOwner() {
        return expectedBucketOwner;
    }

    /**
     * The AWS account id, 12 digits, that must own the bucket of payloads: S3 refuses to upload otherwise. Buckets
     * of results have expectedResultBucketOwner.
     */
    public void setExpectedBucketOwner(String expectedBucketOwner) {
        this.expectedBucketOwner = expectedBucketOwner;
    }

    public int getMaxUploads() {
        return maxUploads;
    }

    /**
     * How many streams are uploaded at once, 1 to 10000. Each of more than 5 MiB has a part of 5 MiB in memory meanwhile. Others wait for their turn, without a thread.
     */
    public void setMaxUploads(int maxUploads) {
        this.maxUploads = maxUploads;
    }

    public boolean isCheckBucketsAtStart() {
        return checkBucketsAtStart;
    }

    /**
     * Whether a route starts only if the buckets of its locations exist. Each bucket is asked for once
     * (HeadBucket). Only the answer that there is none stops the start: without the permission s3:ListBucket,
     * or when S3 cannot be reached, the route starts, and the log says so once. Set it to false where buckets
     * are created after the start.
     */
    public void setCheckBucketsAtStart(boolean checkBucketsAtStart) {
        this.checkBucketsAtStart = checkBucketsAtStart;
    }
}
