package io.github.camelsagemaker.async;

import java.util.Set;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import software.amazon.awssdk.core.Protocol;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;
import software.amazon.awssdk.services.sns.SnsAsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/**
 * The options about AWS itself, named as in Camel's own AWS components.
 *
 * <p>With nothing set, the SDK's default chains find region, credentials and the endpoint of each service.
 */
@UriParams
public abstract class AwsClientConfiguration {

    @UriParam(
            enums = "af-south-1,ap-east-1,ap-east-2,ap-northeast-1,ap-northeast-2,ap-northeast-3,ap-south-1,ap-south-2,"
                    + "ap-southeast-1,ap-southeast-2,ap-southeast-3,ap-southeast-4,ap-southeast-5,ap-southeast-6,ap-southeast-7,"
                    + "ca-central-1,ca-west-1,cn-north-1,cn-northwest-1,eu-central-1,eu-central-2,eu-isoe-west-1,eu-north-1,"
                    + "eu-south-1,eu-south-2,eu-west-1,eu-west-2,eu-west-3,eusc-de-east-1,il-central-1,me-central-1,me-south-1,"
                    + "mx-central-1,sa-east-1,us-east-1,us-east-2,us-gov-east-1,us-gov-west-1,us-iso-east-1,us-iso-west-1,"
                    + "us-isob-east-1,us-isob-west-1,us-isof-east-1,us-isof-south-1,us-west-1,us-west-2")
    private String region;

    @UriParam(label = "security", secret = true)
    private String accessKey;

    @UriParam(label = "security", secret = true)
    private String secretKey;

    @UriParam(label = "security", secret = true)
    private String sessionToken;

    @UriParam(label = "security", defaultValue = "false")
    private boolean useDefaultCredentialsProvider;

    @UriParam(label = "security", defaultValue = "false")
    private boolean useProfileCredentialsProvider;

    @UriParam(label = "security", defaultValue = "false")
    private boolean useSessionCredentials;

    @UriParam(label = "security")
    private String profileCredentialsName;

    @UriParam(defaultValue = "false")
    private boolean overrideEndpoint;

    @UriParam
    private String uriEndpointOverride;

    @UriParam(label = "proxy", defaultValue = "HTTP", enums = "HTTP,HTTPS")
    private Protocol proxyProtocol = Protocol.HTTP;

    @UriParam(label = "proxy")
    private String proxyHost;

    @UriParam(label = "proxy")
    private Integer proxyPort;

    @UriParam(label = "security", defaultValue = "false")
    private boolean trustAllCertificates;

    @UriParam(defaultValue = "false")
    private boolean forcePathStyle;

    @UriParam(label = "producer,advanced")
    private Integer maxRetries;

    @UriParam(label = "producer,advanced", defaultValueNote = "256; 50 for each client that was given")
    private Integer maxConcurrentCalls;

    @UriParam(label = "producer,advanced", defaultValue = "0")
    private int maxWaitingCalls;

    @UriParam(label = "advanced")
    @Metadata(autowired = true)
    private SageMakerRuntimeAsyncClient sageMakerRuntimeAsyncClient;

    @UriParam(label = "advanced")
    @Metadata(autowired = true)
    private S3AsyncClient s3AsyncClient;

    @UriParam(label = "consumer,advanced")
    @Metadata(autowired = true)
    private SqsAsyncClient sqsAsyncClient;

    @UriParam(label = "consumer,advanced")
    @Metadata(autowired = true)
    private SnsAsyncClient snsAsyncClient;

    /** Whether the URI says how clients are built. */
    boolean hasChosen;

    /**
     * Does without the clients that an endpoint's URI does not name, if it says itself which account, Region or address to call:
     * a client that was built before knows nothing of that.
     *
     * @param options the names of the options that the URI has
     */
    void preferOverClients(Set<String> options) {
        hasChosen = region != null && options.contains("region")
                || accessKey != null && options.contains("accessKey")
                || useDefaultCredentialsProvider && options.contains("useDefaultCredentialsProvider")
                || useProfileCredentialsProvider && options.contains("useProfileCredentialsProvider")
                || overrideEndpoint && options.contains("overrideEndpoint");
        if (hasChosen) {
            sageMakerRuntimeAsyncClient =
                    options.contains("sageMakerRuntimeAsyncClient") ? sageMakerRuntimeAsyncClient : null;
            s3AsyncClient = options.contains("s3AsyncClient") ? s3AsyncClient : null;
            sqsAsyncClient = options.contains("sqsAsyncClient") ? sqsAsyncClient : null;
            snsAsyncClient = options.contains("snsAsyncClient") ? snsAsyncClient : null;
        }
    }

    public String getRegion() {
        return region;
    }

    /** The AWS Region, such as eu-west-1. When not set, the one that the SDK's default chain finds. */
    public void setRegion(String region) {
        this.region = region;
    }

    public String getAccessKey() {
        return accessKey;
    }

    /** The AWS access key id. Goes together with secretKey. */
    public void setAccessKey(String accessKey) {
        this.accessKey = accessKey;
    }

    public String getSecretKey() {
        return secretKey;
    }

    /** The AWS secret access key. Goes together with accessKey. */
    public void setSecretKey(String secretKey) {
        this.secretKey = secretKey;
    }

    public String getSessionToken() {
        return sessionToken;
    }

    /** The session token of temporary credentials. Goes together with useSessionCredentials. */
    public void setSessionToken(String sessionToken) {
        this.sessionToken = sessionToken;
    }

    public boolean isUseDefaultCredentialsProvider() {
        return useDefaultCredentialsProvider;
    }

    /** Whether credentials come from the SDK's default chain even when other credentials are configured. */
    public void setUseDefaultCredentialsProvider(boolean useDefaultCredentialsProvider) {
        this.useDefaultCredentialsProvider = useDefaultCredentialsProvider;
    }

    public boolean isUseProfileCredentialsProvider() {
        return useProfileCredentialsProvider;
    }

    /** Whether credentials come from a profile of the AWS configuration files. */
    public void setUseProfileCredentialsProvider(boolean useProfileCredentialsProvider) {
        this.useProfileCredentialsProvider = useProfileCredentialsProvider;
    }

    public boolean isUseSessionCredentials() {
        return useSessionCredentials;
    }

    /** Whether accessKey, secretKey and sessionToken are temporary credentials. */
    public void setUseSessionCredentials(boolean useSessionCredentials) {
        this.useSessionCredentials = useSessionCredentials;
    }

    public String getProfileCredentialsName() {
        return profileCredentialsName;
    }

    /** The profile of useProfileCredentialsProvider. When not set, the default profile. */
    public void setProfileCredentialsName(String profileCredentialsName) {
        this.profileCredentialsName = profileCredentialsName;
    }

    public boolean isOverrideEndpoint() {
        return overrideEndpoint;
    }

    /** Whether uriEndpointOverride is used, which must be set then. */
    public void setOverrideEndpoint(boolean overrideEndpoint) {
        this.overrideEndpoint = overrideEndpoint;
    }

    public String getUriEndpointOverride() {
        return uriEndpointOverride;
    }

    /**
     * The address at which all AWS services are called, with overrideEndpoint=true; alone it has no effect. For an address per service
     * use the SDK's own settings, such as AWS_ENDPOINT_URL_S3.
     */
    public void setUriEndpointOverride(String uriEndpointOverride) {
        this.uriEndpointOverride = uriEndpointOverride;
    }

    public Protocol getProxyProtocol() {
        return proxyProtocol;
    }

    /** The protocol spoken with the proxy: HTTP, unless the proxy itself has a certificate. */
    public void setProxyProtocol(Protocol proxyProtocol) {
        this.proxyProtocol = proxyProtocol;
    }

    public String getProxyHost() {
        return proxyHost;
    }

    /** The host of the HTTP proxy. Goes together with proxyPort. */
    public void setProxyHost(String proxyHost) {
        this.proxyHost = proxyHost;
    }

    public Integer getProxyPort() {
        return proxyPort;
    }

    /** The port of the HTTP proxy. Goes together with proxyHost. */
    public void setProxyPort(Integer proxyPort) {
        this.proxyPort = proxyPort;
    }

    public boolean isTrustAllCertificates() {
        return trustAllCertificates;
    }

    /** Whether any TLS certificate is accepted. For tests only. */
    public void setTrustAllCertificates(boolean trustAllCertificates) {
        this.trustAllCertificates = trustAllCertificates;
    }

    public boolean isForcePathStyle() {
        return forcePathStyle;
    }

    /** Whether S3 buckets are addressed in the path instead of the host name, as other stores than S3 may need. */
    public void setForcePathStyle(boolean forcePathStyle) {
        this.forcePathStyle = forcePathStyle;
    }

    public Integer getMaxRetries() {
        return maxRetries;
    }

    /**
     * How often the SDK sends InvokeEndpointAsync again after an outage or throttling. When not set, the SDK
     * decides (3 times). 0 means never: SageMaker has no idempotency token, so a retry whose first answer was
     * lost runs the inference twice.
     */
    public void setMaxRetries(Integer maxRetries) {
        this.maxRetries = maxRetries;
    }

    public Integer getMaxConcurrentCalls() {
        return maxConcurrentCalls;
    }

    /**
     * How many calls that send requests are under way at once, 1 to 10000: of InvokeEndpointAsync and of uploads, each, for all
     * endpoints that share clients. Others wait for their turn, without a thread. When not set, 256, which is how many connections the component's
     * own clients have, and 50 for a client that was given, which is what the SDK's clients have by default.
     */
    public void setMaxConcurrentCalls(Integer maxConcurrentCalls) {
        this.maxConcurrentCalls = maxConcurrentCalls;
    }

    public int getMaxWaitingCalls() {
        return maxWaitingCalls;
    }

    /**
     * How many calls may wait for their turn (maxConcurrentCalls). Beyond that, exchanges fail with a CallNotSentException. 0
     * means no limit: then the routes bound how many exchanges there are at once.
     */
    public void setMaxWaitingCalls(int maxWaitingCalls) {
        this.maxWaitingCalls = maxWaitingCalls;
    }

    public SageMakerRuntimeAsyncClient getSageMakerRuntimeAsyncClient() {
        return sageMakerRuntimeAsyncClient;
    }

    /**
     * A client for SageMaker Runtime to use instead of one built from the options. The component does not close
     * it. One of the component gives way to credentials, a Region or an address in an endpoint's URI.
     */
    public void setSageMakerRuntimeAsyncClient(SageMakerRuntimeAsyncClient sageMakerRuntimeAsyncClient) {
        this.sageMakerRuntimeAsyncClient = sageMakerRuntimeAsyncClient;
    }

    public S3AsyncClient getS3AsyncClient() {
        return s3AsyncClient;
    }

    /**
     * A client for S3 to use instead of one built from the options. The component does not close it. One of the component
     * gives way to credentials, a Region or an address in an endpoint's URI.
     */
    public void setS3AsyncClient(S3AsyncClient s3AsyncClient) {
        this.s3AsyncClient = s3AsyncClient;
    }

    public SqsAsyncClient getSqsAsyncClient() {
        return sqsAsyncClient;
    }

    /** A client for SQS to use instead of one built from the options. The component does not close it. */
    public void setSqsAsyncClient(SqsAsyncClient sqsAsyncClient) {
        this.sqsAsyncClient = sqsAsyncClient;
    }

    public SnsAsyncClient getSnsAsyncClient() {
        return snsAsyncClient;
    }

    /** A client for SNS (topicArn) to use instead of one built from the options. The component does not close it. */
    public void setSnsAsyncClient(SnsAsyncClient snsAsyncClient) {
        this.snsAsyncClient = snsAsyncClient;
    }
}
