package io.github.camelsagemaker.async.client;

import io.github.camelsagemaker.async.result.Untrusted;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;
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
        Integer maxConcurrentCalls,
        Object sageMakerClient,
        Object s3Client,
        Object sqsClient,
        Object snsClient) {

    private static final Pattern REGION = Pattern.compile("[a-zA-Z0-9-]{1,63}");
    private static final int MAX_PORT = 65_535;

    /**
     * Reads and checks the options about AWS.
     *
     * @throws IllegalArgumentException if one of a pair of options is missing, or a value is out of range
     */
    public static ClientSettings of(AwsClientConfiguration c) {
        checkEach(c);
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
        if (c.getMaxConcurrentCalls() != null
                && (c.getMaxConcurrentCalls() < 1 || c.getMaxConcurrentCalls() > 10_000)) {
            throw new IllegalArgumentException(
                    "Option maxConcurrentCalls is " + c.getMaxConcurrentCalls() + ", but must be 1 to 10000");
        }
        if (c.getMaxWaitingCalls() < 0) {
            throw new IllegalArgumentException(
                    "Option maxWaitingCalls is " + c.getMaxWaitingCalls() + ", but must be 0 (no limit) or more");
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
                c.getMaxConcurrentCalls(),
                c.getSageMakerRuntimeAsyncClient(),
                c.getS3AsyncClient(),
                c.getSqsAsyncClient(),
                c.getSnsAsyncClient());
    }

    private static void checkEach(AwsClientConfiguration c) {
        filled("accessKey", c.getAccessKey());
        filled("secretKey", c.getSecretKey());
        filled("sessionToken", c.getSessionToken());
        filled("profileCredentialsName", c.getProfileCredentialsName());
        filled("proxyHost", c.getProxyHost());
        if (c.getRegion() != null && !REGION.matcher(c.getRegion()).matches()) {
            throw new IllegalArgumentException("Option region is '" + Untrusted.shown(c.getRegion())
                    + "', but must be a Region's id, as eu-west-1");
        }
        if (c.getProxyPort() != null && (c.getProxyPort() < 1 || c.getProxyPort() > MAX_PORT)) {
            throw new IllegalArgumentException(
                    "Option proxyPort is " + c.getProxyPort() + ", but must be 1 to " + MAX_PORT);
        }
        if (c.getProxyHost() != null && c.getProxyProtocol() == null) {
            throw new IllegalArgumentException("Option proxyProtocol is empty, but must be HTTP or HTTPS");
        }
        if (c.getUriEndpointOverride() != null && !isAddress(c.getUriEndpointOverride())) {
            throw new IllegalArgumentException(
                    "Option uriEndpointOverride is '" + Untrusted.shown(c.getUriEndpointOverride())
                            + "', but must be an address such as http://localhost:4566");
        }
    }

    /** A placeholder that resolved to nothing, mostly. The value is not shown: it may be a part of a secret. */
    private static void filled(String option, String value) {
        if (value != null && value.isBlank()) {
            throw new IllegalArgumentException("Option " + option + " is empty: give it a value, or leave it out");
        }
    }

    private static boolean isAddress(String value) {
        try {
            URI uri = new URI(value);
            return uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
        } catch (URISyntaxException e) {
            return false;
        }
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
