package io.github.camelsagemaker.async.benchmarks;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsAsyncClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * The SDK's clients as a user would build them, but with as many connections as the component's own have: with the SDK's 50
 * the contest would be about that number.
 */
public final class Clients implements AutoCloseable {

    private static final int CONNECTIONS = 256;

    private final URI server;
    private final Deque<SdkAutoCloseable> open = new ArrayDeque<>();

    public Clients(BenchmarkServer server) {
        this(server.uri());
    }

    public Clients(URI server) {
        this.server = server;
    }

    public SageMakerRuntimeAsyncClient sageMaker() {
        return opened(async(SageMakerRuntimeAsyncClient.builder()).build());
    }

    public S3AsyncClient s3() {
        return opened(async(S3AsyncClient.builder().forcePathStyle(true)).build());
    }

    public SqsAsyncClient sqs() {
        return opened(async(SqsAsyncClient.builder()).build());
    }

    public SageMakerRuntimeClient blockingSageMaker() {
        return opened(blocking(SageMakerRuntimeClient.builder()).build());
    }

    public S3Client blockingS3() {
        return opened(blocking(S3Client.builder().forcePathStyle(true)).build());
    }

    public SqsClient blockingSqs() {
        return opened(blocking(SqsClient.builder()).build());
    }

    /** The same as options of the component. */
    public String componentOptions() {
        return "region=us-east-1&accessKey=key&secretKey=secret&forcePathStyle=true&overrideEndpoint=true"
                + "&uriEndpointOverride=" + server;
    }

    private <B extends AwsClientBuilder<B, C> & AwsAsyncClientBuilder<B, C>, C> B async(B builder) {
        return common(builder)
                .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                        .maxConcurrency(CONNECTIONS)
                        .connectionAcquisitionTimeout(Duration.ofMinutes(1)));
    }

    private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> B blocking(B builder) {
        return common(builder)
                .httpClientBuilder(ApacheHttpClient.builder()
                        .maxConnections(CONNECTIONS)
                        .connectionAcquisitionTimeout(Duration.ofMinutes(1)));
    }

    private <B extends AwsClientBuilder<B, C>, C> B common(B builder) {
        return builder.region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                .endpointOverride(server);
    }

    private <C extends SdkAutoCloseable> C opened(C client) {
        open.push(client);
        return client;
    }

    @Override
    public void close() {
        open.forEach(SdkAutoCloseable::close);
    }
}
