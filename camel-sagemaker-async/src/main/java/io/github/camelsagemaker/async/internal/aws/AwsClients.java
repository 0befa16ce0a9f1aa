package io.github.camelsagemaker.async.internal.aws;

import io.github.camelsagemaker.async.AwsClientConfiguration;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
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

    private final AwsClientConfiguration configuration;
    private final Lazy<SageMakerRuntimeAsyncClient> sageMaker;
    private final Lazy<S3AsyncClient> s3;
    private final Lazy<SqsAsyncClient> sqs;
    private final Lazy<SnsAsyncClient> sns;

    private final AsyncSemaphore calls;
    private final AsyncSemaphore uploads;

    private final AtomicInteger holders = new AtomicInteger();
    private final Consumer<AwsClients> unused;

    /**
     * @param configuration never changed again
     * @param workers where calls begin that had to wait
     * @param unused is told when the last one who held them has released them
     */
    public AwsClients(AwsClientConfiguration configuration, Executor workers, Consumer<AwsClients> unused) {
        this.unused = unused;
        this.calls = limit(configuration, configuration.getSageMakerRuntimeAsyncClient(), workers);
        this.uploads = limit(configuration, configuration.getS3AsyncClient(), workers);
        this.configuration = configuration;
        this.sageMaker = new Lazy<>(configuration.getSageMakerRuntimeAsyncClient(), this::buildSageMaker);
        this.s3 = new Lazy<>(configuration.getS3AsyncClient(), this::buildS3);
        this.sqs = new Lazy<>(configuration.getSqsAsyncClient(), () -> build("SQS", SqsAsyncClient.builder()));
        this.sns = new Lazy<>(configuration.getSnsAsyncClient(), () -> build("SNS", SnsAsyncClient.builder()));
    }

    private static AsyncSemaphore limit(AwsClientConfiguration configuration, Object given, Executor workers) {
        int usual = given == null ? MAX_CONNECTIONS : CONNECTIONS_OF_OTHERS;
        Integer calls = configuration.getMaxConcurrentCalls();
        return new AsyncSemaphore(calls == null ? usual : calls, workers);
    }

    /** Keeps them open until {@link #release}. */
    public void hold() {
        holders.incrementAndGet();
    }

    /** Ends a {@link #hold}. */
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
        return sageMaker.get();
    }

    public S3AsyncClient s3() {
        return s3.get();
    }

    public SqsAsyncClient sqs() {
        return sqs.get();
    }

    public SnsAsyncClient sns() {
        return sns.get();
    }

    /** Closes the clients built here. Clients the user gave stay open. */
    @Override
    public void close() {
        sageMaker.close();
        s3.close();
        sqs.close();
        sns.close();
    }

    private SageMakerRuntimeAsyncClient buildSageMaker() {
        // Exchanges go on, and calls begin, on threads of their producer, so another change of threads would only cost
        // time.
        SageMakerRuntimeAsyncClientBuilder builder = SageMakerRuntimeAsyncClient.builder()
                .asyncConfiguration(async ->
                        async.advancedOption(SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run));
        Integer maxRetries = configuration.getMaxRetries();
        if (maxRetries != null) {
            builder.overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(maxRetries + 1)));
        }
        return build("SageMaker Runtime", builder);
    }

    private S3AsyncClient buildS3() {
        S3AsyncClientBuilder builder =
                S3AsyncClient.builder().forcePathStyle(configuration.isForcePathStyle() ? true : null);
        if (configuration.isOverrideEndpoint()) {
            // Stores that do not know the SDK's newer checksums keep their framing as a part of the content.
            builder.requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                    .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        }
        return build("S3", builder);
    }

    private <B extends AwsClientBuilder<B, C> & AwsAsyncClientBuilder<B, C>, C> C build(String service, B builder) {
        AwsCredentialsProvider credentials = credentials();
        if (credentials != null) {
            builder.credentialsProvider(credentials);
        }
        if (configuration.getRegion() != null) {
            builder.region(Region.of(configuration.getRegion()));
        }
        if (configuration.isOverrideEndpoint()) {
            builder.endpointOverride(URI.create(configuration.getUriEndpointOverride()));
        }
        builder.httpClientBuilder(defaults -> httpClient(defaults));
        try {
            return builder.build();
        } catch (SdkClientException e) {
            throw new IllegalArgumentException(
                    "The " + service + " client cannot be built: " + e.getMessage()
                            + " (a Region is set by the option region or by AWS_REGION)",
                    e);
        }
    }

    private int connections() {
        Integer calls = configuration.getMaxConcurrentCalls();
        return calls == null ? MAX_CONNECTIONS : Math.max(MAX_CONNECTIONS, calls);
    }

    private SdkAsyncHttpClient httpClient(AttributeMap defaults) {
        NettyNioAsyncHttpClient.Builder netty = NettyNioAsyncHttpClient.builder()
                .maxConcurrency(connections())
                .maxPendingConnectionAcquires(Integer.MAX_VALUE)
                .connectionAcquisitionTimeout(ACQUISITION_TIMEOUT);
        if (configuration.getProxyHost() != null) {
            netty.proxyConfiguration(ProxyConfiguration.builder()
                    .scheme(configuration.getProxyProtocol().toString())
                    .host(configuration.getProxyHost())
                    .port(configuration.getProxyPort())
                    .build());
        }
        AttributeMap.Builder options = AttributeMap.builder();
        if (configuration.isTrustAllCertificates()) {
            LOG.warn("Option trustAllCertificates=true: whoever answers is taken for AWS. For tests only");
            options.put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, Boolean.TRUE);
        }
        return netty.buildWithDefaults(options.build().merge(defaults));
    }

    private AwsCredentialsProvider credentials() {
        if (configuration.isUseDefaultCredentialsProvider()) {
            return DefaultCredentialsProvider.builder().build();
        }
        if (configuration.isUseProfileCredentialsProvider()) {
            return ofProfile(configuration.getProfileCredentialsName());
        }
        if (configuration.getAccessKey() == null) {
            return null;
        }
        return StaticCredentialsProvider.create(
                configuration.isUseSessionCredentials()
                        ? AwsSessionCredentials.create(
                                configuration.getAccessKey(),
                                configuration.getSecretKey(),
                                configuration.getSessionToken())
                        : AwsBasicCredentials.create(configuration.getAccessKey(), configuration.getSecretKey()));
    }

    /** The SDK would accept a profile that does not exist, and fail at each call. */
    private static AwsCredentialsProvider ofProfile(String name) {
        ProfileFile profiles = ProfileFile.defaultProfileFile();
        if (name != null && profiles.profile(name).isEmpty()) {
            throw new IllegalArgumentException("Option profileCredentialsName is '" + name
                    + "', but there is no such profile in the AWS configuration and credentials files. They have: "
                    + profiles.profiles().keySet());
        }
        return ProfileCredentialsProvider.create(name);
    }

    private static final class Lazy<C extends SdkAutoCloseable> {

        private final Supplier<C> factory;
        private final boolean given;
        private C client;

        Lazy(C given, Supplier<C> factory) {
            this.client = given;
            this.given = given != null;
            this.factory = factory;
        }

        synchronized C get() {
            if (client == null) {
                client = factory.get();
            }
            return client;
        }

        synchronized void close() {
            if (!given && client != null) {
                LOG.debug("Closing {}", client.getClass().getSimpleName());
                client.close();
                client = null;
            }
        }
    }
}
