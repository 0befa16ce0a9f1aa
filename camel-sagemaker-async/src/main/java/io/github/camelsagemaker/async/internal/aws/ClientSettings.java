package io.github.camelsagemaker.async.internal.aws;

import static io.github.camelsagemaker.async.internal.options.OptionCheck.atLeast;
import static io.github.camelsagemaker.async.internal.options.OptionCheck.between;
import static io.github.camelsagemaker.async.internal.options.OptionCheck.together;

import io.github.camelsagemaker.async.AwsClientConfiguration;
import io.github.camelsagemaker.async.internal.options.Untrusted;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** What distinguishes one set of clients from another: endpoints with equal settings share their clients. */
public record ClientSettings(List<Object> values) {

    private static final Pattern REGION = Pattern.compile("[a-zA-Z0-9-]{1,63}");
    private static final int MAX_PORT = 65_535;

    /**
     * Reads and checks the options about AWS.
     *
     * @throws IllegalArgumentException if one of a pair of options is missing, or a value is out of range
     */
    public static ClientSettings of(AwsClientConfiguration c) {
        checkEach(c);
        together("accessKey", c.getAccessKey() != null, "secretKey", c.getSecretKey() != null);
        together("proxyHost", c.getProxyHost() != null, "proxyPort", c.getProxyPort() != null);
        if (c.isOverrideEndpoint() && c.getUriEndpointOverride() == null) {
            throw new IllegalArgumentException(
                    "Option overrideEndpoint=true needs the option uriEndpointOverride: the address");
        }
        if (c.isUseSessionCredentials() && (c.getAccessKey() == null || c.getSessionToken() == null)) {
            throw new IllegalArgumentException(
                    "Option useSessionCredentials=true needs the options accessKey, secretKey and sessionToken");
        }
        if (c.getSessionToken() != null && !c.isUseSessionCredentials()) {
            throw new IllegalArgumentException("Option sessionToken is used only with useSessionCredentials=true");
        }
        between("maxRetries", c.getMaxRetries(), 0, 100, "");
        between("maxConcurrentCalls", c.getMaxConcurrentCalls(), 1, 10_000, "");
        atLeast("maxWaitingCalls", c.getMaxWaitingCalls(), 0, " (no limit)");
        if (c.getMaxRetries() != null && c.getSageMakerRuntimeAsyncClient() != null) {
            throw new IllegalArgumentException(
                    "Option maxRetries has no effect on a client given by sageMakerRuntimeAsyncClient:"
                            + " set the retry strategy of that client instead");
        }
        return new ClientSettings(Arrays.asList(
                c.getRegion(),
                c.getAccessKey(),
                c.getSecretKey(),
                c.getSessionToken(),
                c.isUseDefaultCredentialsProvider(),
                c.isUseProfileCredentialsProvider(),
                c.isUseSessionCredentials(),
                c.getProfileCredentialsName(),
                c.isOverrideEndpoint() ? c.getUriEndpointOverride() : null,
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
                c.getSnsAsyncClient()));
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
        between("proxyPort", c.getProxyPort(), 1, MAX_PORT, "");
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

    /** Never shows credentials. */
    @Override
    public String toString() {
        return "ClientSettings";
    }
}
