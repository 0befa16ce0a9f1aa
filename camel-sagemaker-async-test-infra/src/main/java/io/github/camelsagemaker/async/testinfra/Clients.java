package io.github.camelsagemaker.async.testinfra;

import io.github.camelsagemaker.async.testinfra.http.HttpFront;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsAsyncClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.client.config.SdkAdvancedClientOption;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;
import software.amazon.awssdk.services.sns.SnsAsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** Clients of the local servers, one for each server, built at first use. Thread-safe. */
final class Clients implements AutoCloseable {

    static {
        // All Netty clients of a JVM share the SDK's threads, and closing the last one waits two seconds for their end.
        // One that does nothing stays, or each test that starts servers or a Camel of its own would wait.
        NettyNioAsyncHttpClient.create();
    }

    private final Map<Class<?>, SdkAutoCloseable> clients = new ConcurrentHashMap<>();
    private final Region region;
    private final StaticCredentialsProvider credentials;

    Clients(String region, String accessKeyId, String secretAccessKey) {
        this.region = Region.of(region);
        this.credentials = StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, secretAccessKey));
    }

    S3AsyncClient s3(URI endpoint) {
        return (S3AsyncClient) clients.computeIfAbsent(
                S3AsyncClient.class, type -> build(S3AsyncClient.builder().forcePathStyle(true), endpoint));
    }

    SageMakerRuntimeAsyncClient sageMaker(URI endpoint) {
        return (SageMakerRuntimeAsyncClient) clients.computeIfAbsent(
                SageMakerRuntimeAsyncClient.class, type -> build(SageMakerRuntimeAsyncClient.builder(), endpoint));
    }

    SqsAsyncClient sqs(URI endpoint) {
        return (SqsAsyncClient)
                clients.computeIfAbsent(SqsAsyncClient.class, type -> build(SqsAsyncClient.builder(), endpoint));
    }

    SnsAsyncClient sns(URI endpoint) {
        return (SnsAsyncClient)
                clients.computeIfAbsent(SnsAsyncClient.class, type -> build(SnsAsyncClient.builder(), endpoint));
    }

    private <B extends AwsClientBuilder<B, C> & AwsAsyncClientBuilder<B, C>, C> C build(B builder, URI endpoint) {
        return builder.region(region)
                .credentialsProvider(credentials)
                .endpointOverride(endpoint)
                .overrideConfiguration(options ->
                        options.putAdvancedOption(SdkAdvancedClientOption.USER_AGENT_SUFFIX, HttpFront.OWN_CLIENT))
                .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                        .maxConcurrency(256)
                        .maxPendingConnectionAcquires(Integer.MAX_VALUE))
                .build();
    }

    @Override
    public void close() {
        clients.values().forEach(SdkAutoCloseable::close);
        clients.clear();
    }
}
