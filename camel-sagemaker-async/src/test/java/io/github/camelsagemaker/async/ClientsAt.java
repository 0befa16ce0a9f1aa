package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsAsyncClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** Clients of local servers at another address, such as that of a {@link TcpGate}. */
final class ClientsAt {

    /** Idle long polls hold one each. */
    private static final int CONNECTIONS = 500;

    private ClientsAt() {}

    static S3AsyncClient s3(URI uri, LocalAws aws) {
        return at(uri, aws, S3AsyncClient.builder().forcePathStyle(true));
    }

    static SqsAsyncClient sqs(URI uri, LocalAws aws) {
        return at(uri, aws, SqsAsyncClient.builder());
    }

    static SageMakerRuntimeAsyncClient sageMaker(URI uri, LocalAws aws) {
        return at(uri, aws, SageMakerRuntimeAsyncClient.builder());
    }

    static <B extends AwsClientBuilder<B, C> & AwsAsyncClientBuilder<B, C>, C> C at(URI uri, LocalAws aws, B builder) {
        return builder.httpClientBuilder(NettyNioAsyncHttpClient.builder().maxConcurrency(CONNECTIONS))
                .endpointOverride(uri)
                .region(Region.of(aws.region()))
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(aws.accessKeyId(), aws.secretAccessKey())))
                .build();
    }
}
