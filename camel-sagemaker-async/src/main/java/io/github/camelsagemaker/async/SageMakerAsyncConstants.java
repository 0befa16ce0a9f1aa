package io.github.camelsagemaker.async;

import org.apache.camel.spi.Metadata;

/**
 * Names of the message headers.
 *
 * <p>Request headers ({@code CamelAwsSageMakerAsyncRequest*}) are read and removed by the producer. All others are set by
 * the component and never read back, so a result can be sent on to another endpoint as it is.
 */
public final class SageMakerAsyncConstants {

    /** The component's URI scheme. */
    public static final String SCHEME = "sagemaker-async";

    /** What the name of every request header begins with. */
    public static final String REQUEST_PREFIX = "CamelAwsSageMakerAsyncRequest";

    /** Most bytes a payload may have inside InvokeEndpointAsync (AWS API model: BodyBlob, max 128000). */
    public static final int MAX_INLINE_BYTES = 128_000;

    /**
     * The SageMaker endpoint to invoke instead of the one in the URI: 1 to 63 letters, digits and inner hyphens.
     * Refused unless the option requestHeaders names it.
     */
    @Metadata(label = "producer", javaType = "String")
    public static final String REQUEST_ENDPOINT_NAME = "CamelAwsSageMakerAsyncRequestEndpointName";

    /**
     * The payload's place in S3 (s3://bucket/key or https://, up to 1,024 characters). The message body is then not
     * read. Refused unless the option requestHeaders names it.
     */
    @Metadata(label = "producer", javaType = "String")
    public static final String REQUEST_INPUT_LOCATION = "CamelAwsSageMakerAsyncRequestInputLocation";

    /** The request's inference id, 1 to 64 printable ASCII characters. Generated when absent. */
    @Metadata(label = "producer", javaType = "String")
    public static final String REQUEST_INFERENCE_ID = "CamelAwsSageMakerAsyncRequestInferenceId";

    /**
     * The payload's media type. When absent, the contentType option counts, then the exchange's Content-Type header.
     */
    @Metadata(label = "producer", javaType = "String")
    public static final String REQUEST_CONTENT_TYPE = "CamelAwsSageMakerAsyncRequestContentType";

    /** The media type wanted of the result. */
    @Metadata(label = "producer", javaType = "String")
    public static final String REQUEST_ACCEPT = "CamelAwsSageMakerAsyncRequestAccept";

    /** Information handed to the model container, up to 1,024 visible ASCII characters. */
    @Metadata(label = "producer", javaType = "String")
    public static final String REQUEST_CUSTOM_ATTRIBUTES = "CamelAwsSageMakerAsyncRequestCustomAttributes";

    /** Longest time in seconds the request may wait in SageMaker's queue, 60 to 21600. */
    @Metadata(label = "producer", javaType = "Integer")
    public static final String REQUEST_TTL_SECONDS = "CamelAwsSageMakerAsyncRequestTtlSeconds";

    /** Longest time in seconds the model may take, 1 to 3600. */
    @Metadata(label = "producer", javaType = "Integer")
    public static final String REQUEST_INVOCATION_TIMEOUT_SECONDS =
            "CamelAwsSageMakerAsyncRequestInvocationTimeoutSeconds";

    /** Path put between the endpoint's S3 output path and the result's name, up to 512 characters. */
    @Metadata(label = "producer", javaType = "String")
    public static final String REQUEST_OUTPUT_PATH_EXTENSION = "CamelAwsSageMakerAsyncRequestOutputPathExtension";

    /** Name of the result's object, 1 to 32 characters. A name used twice overwrites the earlier result. */
    @Metadata(label = "producer", javaType = "String")
    public static final String REQUEST_FILENAME = "CamelAwsSageMakerAsyncRequestFilename";

    /** How this payload travels (AUTO, INLINE or S3), instead of the payloadMode option. */
    @Metadata(label = "producer", javaType = "io.github.camelsagemaker.async.PayloadMode", enums = "AUTO,INLINE,S3")
    public static final String REQUEST_PAYLOAD_MODE = "CamelAwsSageMakerAsyncRequestPayloadMode";

    /** The inference id of the request. */
    @Metadata(javaType = "String")
    public static final String INFERENCE_ID = "CamelAwsSageMakerAsyncInferenceId";

    /** Where the result is or will be. As the producer received it; canonical (s3://bucket/key) on results. */
    @Metadata(javaType = "String")
    public static final String OUTPUT_LOCATION = "CamelAwsSageMakerAsyncOutputLocation";

    /** Where the failure is or would be. Absent when the endpoint has no failure path. */
    @Metadata(javaType = "String")
    public static final String FAILURE_LOCATION = "CamelAwsSageMakerAsyncFailureLocation";

    /** Where the payload is in S3. Absent when it travelled inline, or is not known. */
    @Metadata(javaType = "String")
    public static final String INPUT_LOCATION = "CamelAwsSageMakerAsyncInputLocation";

    /** How the payload travelled: INLINE or S3. */
    @Metadata(label = "producer", javaType = "io.github.camelsagemaker.async.PayloadMode", enums = "INLINE,S3")
    public static final String PAYLOAD_MODE = "CamelAwsSageMakerAsyncPayloadMode";

    /** How the invocation ended. */
    @Metadata(
            label = "consumer",
            javaType = "io.github.camelsagemaker.async.InferenceStatus",
            enums = "COMPLETED,FAILED,EXPIRED")
    public static final String INVOCATION_STATUS = "CamelAwsSageMakerAsyncInvocationStatus";

    /** The SageMaker endpoint the result is from. */
    @Metadata(label = "consumer", javaType = "String")
    public static final String ENDPOINT_NAME = "CamelAwsSageMakerAsyncEndpointName";

    /** Why the invocation failed, where SageMaker says so. */
    @Metadata(label = "consumer", javaType = "String")
    public static final String FAILURE_REASON = "CamelAwsSageMakerAsyncFailureReason";

    /** The request's custom attributes, where known. */
    @Metadata(label = "consumer", javaType = "String")
    public static final String CUSTOM_ATTRIBUTES = "CamelAwsSageMakerAsyncCustomAttributes";

    /** The result's media type. */
    @Metadata(label = "consumer", javaType = "String")
    public static final String CONTENT_TYPE = "CamelAwsSageMakerAsyncContentType";

    /** The result's length in bytes. */
    @Metadata(label = "consumer", javaType = "Long")
    public static final String CONTENT_LENGTH = "CamelAwsSageMakerAsyncContentLength";

    /** The ETag of the result's object. */
    @Metadata(label = "consumer", javaType = "String")
    public static final String ETAG = "CamelAwsSageMakerAsyncETag";

    /** When the invocation ended: the notification's time, or the object's last modification. */
    @Metadata(label = "consumer", javaType = "java.time.Instant")
    public static final String EVENT_TIME = "CamelAwsSageMakerAsyncEventTime";

    /** When SageMaker received the request, where known. */
    @Metadata(label = "consumer", javaType = "java.time.Instant")
    public static final String RECEIVED_TIME = "CamelAwsSageMakerAsyncReceivedTime";

    /** With pendingStore: true on a result whose request was reported EXPIRED before. */
    @Metadata(label = "consumer", javaType = "Boolean")
    public static final String LATE = "CamelAwsSageMakerAsyncLate";

    private SageMakerAsyncConstants() {}
}
