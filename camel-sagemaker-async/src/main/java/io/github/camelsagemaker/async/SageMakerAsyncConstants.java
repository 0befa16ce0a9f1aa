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

    @Metadata(
            label = "producer",
            description =
                    "The SageMaker endpoint to invoke instead of the one in the URI: 1 to 63 letters, digits and inner"
                            + " hyphens. Refused unless the option requestHeaders names it.",
            javaType = "String")
    public static final String REQUEST_ENDPOINT_NAME = "CamelAwsSageMakerAsyncRequestEndpointName";

    @Metadata(
            label = "producer",
            description =
                    "The payload's place in S3 (s3://bucket/key or https://, up to 1,024 characters). The message body"
                            + " is then not read. Refused unless the option requestHeaders names it.",
            javaType = "String")
    public static final String REQUEST_INPUT_LOCATION = "CamelAwsSageMakerAsyncRequestInputLocation";

    @Metadata(
            label = "producer",
            description = "The request's inference id, 1 to 64 printable ASCII characters. Generated when absent.",
            javaType = "String")
    public static final String REQUEST_INFERENCE_ID = "CamelAwsSageMakerAsyncRequestInferenceId";

    @Metadata(
            label = "producer",
            description = "The payload's media type. When absent, the contentType option counts, then the exchange's"
                    + " Content-Type header.",
            javaType = "String")
    public static final String REQUEST_CONTENT_TYPE = "CamelAwsSageMakerAsyncRequestContentType";

    @Metadata(label = "producer", description = "The media type wanted of the result.", javaType = "String")
    public static final String REQUEST_ACCEPT = "CamelAwsSageMakerAsyncRequestAccept";

    @Metadata(
            label = "producer",
            description = "Information handed to the model container, up to 1,024 visible ASCII characters.",
            javaType = "String")
    public static final String REQUEST_CUSTOM_ATTRIBUTES = "CamelAwsSageMakerAsyncRequestCustomAttributes";

    @Metadata(
            label = "producer",
            description = "Longest time in seconds the request may wait in SageMaker's queue, 60 to 21600.",
            javaType = "Integer")
    public static final String REQUEST_TTL_SECONDS = "CamelAwsSageMakerAsyncRequestTtlSeconds";

    @Metadata(
            label = "producer",
            description = "Longest time in seconds the model may take, 1 to 3600.",
            javaType = "Integer")
    public static final String REQUEST_INVOCATION_TIMEOUT_SECONDS =
            "CamelAwsSageMakerAsyncRequestInvocationTimeoutSeconds";

    @Metadata(
            label = "producer",
            description = "Path put between the endpoint's S3 output path and the result's name, up to 512 characters.",
            javaType = "String")
    public static final String REQUEST_OUTPUT_PATH_EXTENSION = "CamelAwsSageMakerAsyncRequestOutputPathExtension";

    @Metadata(
            label = "producer",
            description =
                    "Name of the result's object, 1 to 32 characters. A name used twice overwrites the earlier result.",
            javaType = "String")
    public static final String REQUEST_FILENAME = "CamelAwsSageMakerAsyncRequestFilename";

    @Metadata(
            label = "producer",
            description = "How this payload travels (AUTO, INLINE or S3), instead of the payloadMode option.",
            javaType = "io.github.camelsagemaker.async.PayloadMode",
            enums = "AUTO,INLINE,S3")
    public static final String REQUEST_PAYLOAD_MODE = "CamelAwsSageMakerAsyncRequestPayloadMode";

    @Metadata(description = "The inference id of the request.", javaType = "String")
    public static final String INFERENCE_ID = "CamelAwsSageMakerAsyncInferenceId";

    @Metadata(
            description =
                    "Where the result is or will be. As the producer received it; canonical (s3://bucket/key) on results.",
            javaType = "String")
    public static final String OUTPUT_LOCATION = "CamelAwsSageMakerAsyncOutputLocation";

    @Metadata(
            description = "Where the failure is or would be. Absent when the endpoint has no failure path.",
            javaType = "String")
    public static final String FAILURE_LOCATION = "CamelAwsSageMakerAsyncFailureLocation";

    @Metadata(
            description = "Where the payload is in S3. Absent when it travelled inline, or is not known.",
            javaType = "String")
    public static final String INPUT_LOCATION = "CamelAwsSageMakerAsyncInputLocation";

    @Metadata(
            label = "producer",
            description = "How the payload travelled: INLINE or S3.",
            javaType = "io.github.camelsagemaker.async.PayloadMode",
            enums = "INLINE,S3")
    public static final String PAYLOAD_MODE = "CamelAwsSageMakerAsyncPayloadMode";

    @Metadata(
            label = "consumer",
            description = "How the invocation ended.",
            javaType = "io.github.camelsagemaker.async.InferenceStatus",
            enums = "COMPLETED,FAILED,EXPIRED")
    public static final String INVOCATION_STATUS = "CamelAwsSageMakerAsyncInvocationStatus";

    @Metadata(label = "consumer", description = "The SageMaker endpoint the result is from.", javaType = "String")
    public static final String ENDPOINT_NAME = "CamelAwsSageMakerAsyncEndpointName";

    @Metadata(
            label = "consumer",
            description = "Why the invocation failed, where SageMaker says so.",
            javaType = "String")
    public static final String FAILURE_REASON = "CamelAwsSageMakerAsyncFailureReason";

    @Metadata(label = "consumer", description = "The request's custom attributes, where known.", javaType = "String")
    public static final String CUSTOM_ATTRIBUTES = "CamelAwsSageMakerAsyncCustomAttributes";

    @Metadata(label = "consumer", description = "The result's media type.", javaType = "String")
    public static final String CONTENT_TYPE = "CamelAwsSageMakerAsyncContentType";

    @Metadata(label = "consumer", description = "The result's length in bytes.", javaType = "Long")
    public static final String CONTENT_LENGTH = "CamelAwsSageMakerAsyncContentLength";

    @Metadata(label = "consumer", description = "The ETag of the result's object.", javaType = "String")
    public static final String ETAG = "CamelAwsSageMakerAsyncETag";

    @Metadata(
            label = "consumer",
            description = "When the invocation ended: the notification's time, or the object's last modification.",
            javaType = "java.time.Instant")
    public static final String EVENT_TIME = "CamelAwsSageMakerAsyncEventTime";

    @Metadata(
            label = "consumer",
            description = "When SageMaker received the request, where known.",
            javaType = "java.time.Instant")
    public static final String RECEIVED_TIME = "CamelAwsSageMakerAsyncReceivedTime";

    @Metadata(
            label = "consumer",
            description = "With pendingStore: true on a result whose request was reported EXPIRED before.",
            javaType = "Boolean")
    public static final String LATE = "CamelAwsSageMakerAsyncLate";

    private SageMakerAsyncConstants() {}
}
