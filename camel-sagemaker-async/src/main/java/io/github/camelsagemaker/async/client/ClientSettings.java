package io.github.camelsagemaker.async.client;

import software.amazon.awssdk.core.Protocol;

/** What distinguishes one set of clients from another: endpoints with equal settings share their clients. */
public record ClientSettings(
        String region,
        String accessKey,
        String secretKey,
        String sessionToken,
        boolean defaultCredentials,
        boolean profileCredentials,
        boolean sessionCredentials,
        String profile,
        String endpointOverride,
        Protocol proxyProtocol,
        String proxyHost,
        Integer proxyPort,
        boolean trustAllCertificates,
        boolean forcePathStyle,
        Integer maxRetries,
        Object sageMakerClient,
        Object s3Client,
        Object sqsClient,
        Object snsClient) {

    /**
     * Reads and checks the options about AWS.
     *
     * @throws IllegalArgumentException if one of a pair of options is missing, or a value is out of range
     */
    public static ClientSettings of(AwsClientConfiguration c) {
        pair("accessKey", c.getAccessKey(), "secretKey", c.getSecretKey());
        pair("proxyHost", c.getProxyHost(), "proxyPort", c.getProxyPort());
        pair(
                "overrideEndpoint=true",
                c.isOverrideEndpoint() ? true : null,
                "uriEndpointOverride",
                c.getUriEndpointOverride());
        if (c.isUseSessionCredentials() && (c.getAccessKey() == null || c.getSessionToken() == null)) {
            throw new IllegalArgumentException(
                    "Option useSessionCredentials=true needs the options accessKey, secretKey and sessionToken");
        }
        if (c.getSessionToken() != null && !c.isUseSessionCredentials()) {
            throw new IllegalArgumentException("Option sessionToken is used only with useSessionCredentials=true");
        }
        if (c.getMaxRetries() != null && (c.getMaxRetries() < 0 || c.getMaxRetries() > 100)) {
            throw new IllegalArgumentException("Option maxRetries is " + c.getMaxRetries() + ", but must be 0 to 100");
        }
        if (c.getMaxRetries() != null && c.getSageMakerRuntimeAsyncClient() != null) {
            throw new IllegalArgumentException(
                    "Option maxRetries has no effect on a client given by sageMakerRuntimeAsyncClient:"
                            + " set the retry strategy of that client instead");
        }
        return new ClientSettings(
                c.getRegion(),
                c.getAccessKey(),
                c.getSecretKey(),
                c.getSessionToken(),
                c.isUseDefaultCredentialsProvider(),
                c.isUseProfileCredentialsProvider(),
                c.isUseSessionCredentials(),
                c.getProfileCredentialsName(),
                c.getUriEndpointOverride(),
                c.getProxyProtocol(),
                c.getProxyHost(),
                c.getProxyPort(),
                c.isTrustAllCertificates(),
                c.isForcePathStyle(),
                c.getMaxRetries(),
                c.getSageMakerRuntimeAsyncClient(),
                c.getS3AsyncClient(),
                c.getSqsAsyncClient(),
                c.getSnsAsyncClient());
    }

    private static void pair(String name, Object value, String otherName, Object otherValue) {
        if (value == null ^ otherValue == null) {
            throw new IllegalArgumentException("Options " + name + " and " + otherName + " go together, but only "
                    + (value != null ? name : otherName) + " is set");
        }
    }

    /** Never shows credentials. */
    @Override
    public String toString() {
        return "ClientSettings[region=" + region + ", endpointOverride=" + endpointOverride + "]";
    }
}
