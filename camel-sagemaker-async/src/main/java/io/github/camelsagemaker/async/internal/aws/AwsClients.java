package io.github.camelsagemaker.async.internal.aws;

import static io.github.camelsagemaker.async.internal.options.OptionCheck.atLeast;
import static io.github.camelsagemaker.async.internal.options.OptionCheck.between;
import static io.github.camelsagemaker.async.internal.options.OptionCheck.mustBe;
import static io.github.camelsagemaker.async.internal.options.OptionCheck.require;
import static io.github.camelsagemaker.async.internal.options.OptionCheck.together;

import io.github.camelsagemaker.async.AwsClientConfiguration;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import io.github.camelsagemaker.async.internal.options.OptionCheck;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.client.builder.AwsAsyncClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.ProxyConfiguration;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClientBuilder;
import software.amazon.awssdk.services.sns.SnsAsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.utils.AttributeMap;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * The clients of one configuration: those the user gave, else built at first use and closed with this object; a use after that
 * builds them again.
 *
 * <p>Thread-safe. Building a client can fail, without a Region for example, with an {@link IllegalArgumentException}. The HTTP
 * client is set explicitly: the SDK's own look-up works neither in OSGi nor with several on the class path.
 */
public final class AwsClients implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AwsClients.class);

    /** The SDK's default for its HTTP clients. */
    private static final int CONNECTIONS_OF_OTHERS = 50;

    private static final int MAX_CONNECTIONS = 256;

    /**
     * Calls that send requests wait in front of the client ({@link #calls}); others may be many at once, too, and the SDK's
     * own limits (10,000 waiting, 10 seconds) are for interactive use.
     */
    private static final Duration ACQUISITION_TIMEOUT = Duration.ofMinutes(1);

    private final AwsClientConfiguration options;
    private final int connections;
    private final Map<String, SdkAutoCloseable> built = new HashMap<>();
    private final Map<Object, CompletableFuture<Boolean>> stores = new ConcurrentHashMap<>();
    private final AsyncSemaphore calls;
    private final AsyncSemaphore uploads;
    private final CallAttempts.Watch ofGiven = new CallAttempts.Watch();
    private final AtomicInteger holders = new AtomicInteger();
    private final Function<Class<?>, ?> beans;
    private final Consumer<AwsClients> unused;

    /**
     * @param options never changed again
     * @param workers where calls begin that had to wait
     * @param beans is asked before a client of a type is built: finds one that shall be used, or null, or refuses
     * @param unused runs when the last one who held them has released them
     */
    public AwsClients(
            AwsClientConfiguration options,
            Executor workers,
            Function<Class<?>, ?> beans,
            Consumer<AwsClients> unused) {
        this.options = options;
        this.beans = beans;
        this.unused = unused;
        this.calls = limit(options, options.getSageMakerRuntimeAsyncClient(), workers);
        this.uploads = limit(options, options.getS3AsyncClient(), workers);
        this.connections = Math.max(MAX_CONNECTIONS, calls.capacity());
    }

    /** What distinguishes one set of clients from another: endpoints with equal settings share their clients. */
    public record Settings(List<Object> values) {

        /** Never shows credentials. */
        @Override
        public String toString() {
            return "Settings";
        }
    }

    /** @throws IllegalArgumentException if one of a pair of options is missing, or a value is out of range */
    public static Settings settings(AwsClientConfiguration c) {
        filled("accessKey", c.getAccessKey());
        filled("secretKey", c.getSecretKey());
        filled("sessionToken", c.getSessionToken());
        filled("profileCredentialsName", c.getProfileCredentialsName());
        filled("proxyHost", c.getProxyHost());
        String region = c.getRegion();
        boolean valid = region == null || region.matches("[a-zA-Z0-9-]{1,63}");
        mustBe(valid, "region", region, "a Region's id, as eu-west-1");
        between("proxyPort", c.getProxyPort(), 1, 65_535, "");
        require(
                c.getProxyHost() == null || c.getProxyProtocol() != null,
                "Option proxyProtocol is empty, but must be HTTP or HTTPS");
        String address = c.getUriEndpointOverride();
        mustBe(
                address == null || isAddress(address),
                "uriEndpointOverride",
                address,
                "an address such as http://localhost:4566");
        together("accessKey", c.getAccessKey() != null, "secretKey", c.getSecretKey() != null);
        together("proxyHost", c.getProxyHost() != null, "proxyPort", c.getProxyPort() != null);
        require(
                !c.isOverrideEndpoint() || c.getUriEndpointOverride() != null,
                "Option overrideEndpoint=true needs the option uriEndpointOverride: the address");
        require(
                !c.isUseSessionCredentials() || c.getAccessKey() != null && c.getSessionToken() != null,
                "Option useSessionCredentials=true needs the options accessKey, secretKey and sessionToken");
        require(
                c.getSessionToken() == null || c.isUseSessionCredentials(),
                "Option sessionToken is used only with useSessionCredentials=true");
        between("maxRetries", c.getMaxRetries(), 0, 100, "");
        between("maxConcurrentCalls", c.getMaxConcurrentCalls(), 1, OptionCheck.MOST_AT_ONCE, "");
        atLeast("maxWaitingCalls", c.getMaxWaitingCalls(), 0, " (no limit)");
        require(
                c.getMaxRetries() == null || c.getSageMakerRuntimeAsyncClient() == null,
                "Option maxRetries has no effect on a client given by sageMakerRuntimeAsyncClient: set the retry strategy"
                        + " of that client instead");
        return new Settings(Arrays.asList(
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

    /** A placeholder that resolved to nothing, mostly. The value is not shown: it may be a part of a secret. */
    private static void filled(String option, String value) {
        require(value == null || !value.isBlank(), "Option " + option + " is empty: give it a value, or leave it out");
    }

    private static boolean isAddress(String value) {
        try {
            URI uri = new URI(value);
            return uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static AsyncSemaphore limit(AwsClientConfiguration options, Object given, Executor workers) {
        int usual = given == null ? MAX_CONNECTIONS : CONNECTIONS_OF_OTHERS;
        Integer calls = options.getMaxConcurrentCalls();
        return new AsyncSemaphore(calls == null ? usual : calls, workers);
    }

    /** Keeps them open until {@link #release}. */
    public void hold() {
        holders.incrementAndGet();
    }

    public void release() {
        if (holders.decrementAndGet() == 0) {
            unused.accept(this);
        }
    }

    public boolean isHeld() {
        return holders.get() > 0;
    }

    /** How many calls to SageMaker are under way at once: in front of the client, whose own waiting ends in a time-out. */
    public AsyncSemaphore calls() {
        return calls;
    }

    /** The same for uploads of payloads in memory. */
    public AsyncSemaphore uploads() {
        return uploads;
    }

    public SageMakerRuntimeAsyncClient sageMaker() {
        return client(
                "SageMaker Runtime",
                SageMakerRuntimeAsyncClient.class,
                options.getSageMakerRuntimeAsyncClient(),
                this::buildSageMaker);
    }

    /** Has its attempts seen, of a call of {@link #sageMaker}. */
    public void watch(AwsRequestOverrideConfiguration.Builder call, CallAttempts attempts) {
        attempts.watch(call);
        if (options.getSageMakerRuntimeAsyncClient() != null) {
            call.addPlugin(ofGiven);
        }
    }

    /** What was found out about the stores that {@link #s3} talks to. */
    public Map<Object, CompletableFuture<Boolean>> stores() {
        return stores;
    }

    public S3AsyncClient s3() {
        return client("S3", S3AsyncClient.class, options.getS3AsyncClient(), this::buildS3);
    }

    public SqsAsyncClient sqs() {
        return sqs("SQS", connections);
    }

    /** For long polls: each holds a connection while it waits, and nothing else shall wait for one of them. */
    public SqsAsyncClient receives() {
        return sqs("SQS (receives)", Integer.MAX_VALUE);
    }

    private SqsAsyncClient sqs(String name, int connections) {
        return client(
                name,
                SqsAsyncClient.class,
                options.getSqsAsyncClient(),
                () -> build(connections, SqsAsyncClient.builder()));
    }

    public SnsAsyncClient sns() {
        return client(
                "SNS",
                SnsAsyncClient.class,
                options.getSnsAsyncClient(),
                () -> build(connections, SnsAsyncClient.builder()));
    }

    /** A client of a service whose module may be missing, so that no option can have its type: a bean, or one built. */
    public <B extends AwsClientBuilder<B, C> & AwsAsyncClientBuilder<B, C>, C extends SdkAutoCloseable> C other(
            String name, Class<C> type, B builder) {
        return client(name, type, type.cast(beans.apply(type)), () -> build(connections, builder));
    }

    /** Whether a client of the type calls the account and Region that the clients given call, as far as can be known. */
    public boolean isAlike(Class<?> type) {
        return options.getS3AsyncClient() == null && options.getSqsAsyncClient() == null || beans.apply(type) != null;
    }

    private <C extends SdkAutoCloseable> C client(String name, Class<C> type, C given, Supplier<C> factory) {
        if (given != null) {
            return given;
        }
        synchronized (built) {
            return type.cast(built.computeIfAbsent(name, key -> {
                beans.apply(type);
                try {
                    return factory.get();
                } catch (SdkClientException e) {
                    throw new IllegalArgumentException(
                            "The " + name + " client cannot be built: " + e.getMessage()
                                    + " (a Region is set by the option region or by AWS_REGION)",
                            e);
                }
            }));
        }
    }

    @Override
    public void close() {
        synchronized (built) {
            built.values().forEach(client -> {
                LOG.debug("Closing {}", client.getClass().getSimpleName());
                client.close();
            });
            built.clear();
        }
    }

    private SageMakerRuntimeAsyncClient buildSageMaker() {
        // Exchanges go on, and calls begin, on threads of their producer: another change would only cost time.
        SageMakerRuntimeAsyncClientBuilder builder = SageMakerRuntimeAsyncClient.builder()
                .asyncConfiguration(async ->
                        async.advancedOption(SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run));
        Integer maxRetries = options.getMaxRetries();
        if (maxRetries != null) {
            builder.overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(maxRetries + 1)));
        }
        return build(connections, builder.addPlugin(new CallAttempts.Watch()));
    }

    private S3AsyncClient buildS3() {
        S3AsyncClientBuilder builder = S3AsyncClient.builder().forcePathStyle(options.isForcePathStyle() ? true : null);
        if (options.isOverrideEndpoint()) {
            // Stores that do not know the SDK's newer checksums keep their framing as a part of the content.
            builder.requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                    .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        }
        return build(connections, builder);
    }

    private <B extends AwsClientBuilder<B, C> & AwsAsyncClientBuilder<B, C>, C> C build(int connections, B builder) {
        AwsCredentialsProvider credentials = credentials();
        if (credentials != null) {
            builder.credentialsProvider(credentials);
        }
        if (options.getRegion() != null) {
            builder.region(Region.of(options.getRegion()));
        }
        if (options.isOverrideEndpoint()) {
            builder.endpointOverride(URI.create(options.getUriEndpointOverride()));
        }
        builder.httpClientBuilder(defaults -> httpClient(connections, defaults));
        return builder.build();
    }

    private SdkAsyncHttpClient httpClient(int connections, AttributeMap defaults) {
        NettyNioAsyncHttpClient.Builder netty = NettyNioAsyncHttpClient.builder()
                .maxConcurrency(connections)
                .maxPendingConnectionAcquires(Integer.MAX_VALUE)
                .connectionAcquisitionTimeout(ACQUISITION_TIMEOUT);
        if (options.getProxyHost() != null) {
            netty.proxyConfiguration(ProxyConfiguration.builder()
                    .scheme(options.getProxyProtocol().toString())
                    .host(options.getProxyHost())
                    .port(options.getProxyPort())
                    .build());
        }
        AttributeMap.Builder http = AttributeMap.builder();
        if (options.isTrustAllCertificates()) {
            LOG.warn("Option trustAllCertificates=true: whoever answers is taken for AWS. For tests only");
            http.put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, true);
        }
        return netty.buildWithDefaults(http.build().merge(defaults));
    }

    private AwsCredentialsProvider credentials() {
        if (options.isUseDefaultCredentialsProvider()) {
            return DefaultCredentialsProvider.builder().build();
        }
        if (options.isUseProfileCredentialsProvider()) {
            return ofProfile(options.getProfileCredentialsName());
        }
        if (options.getAccessKey() == null) {
            return null;
        }
        return StaticCredentialsProvider.create(
                options.isUseSessionCredentials()
                        ? AwsSessionCredentials.create(
                                options.getAccessKey(), options.getSecretKey(), options.getSessionToken())
                        : AwsBasicCredentials.create(options.getAccessKey(), options.getSecretKey()));
    }

    /** The SDK would accept a profile that does not exist, and fail at each call. */
    private static AwsCredentialsProvider ofProfile(String name) {
        ProfileFile profiles = ProfileFile.defaultProfileFile();
        require(
                name == null || profiles.profile(name).isPresent(),
                "Option profileCredentialsName is '" + name
                        + "', but there is no such profile in the AWS configuration and credentials files. They have: "
                        + profiles.profiles().keySet());
        return ProfileCredentialsProvider.create(name);
    }
}
