package io.github.camelsagemaker.async;

import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** Clients of another address, such as that of a {@link TcpGate}. */
final class ClientsAt {

    private static final StaticCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));

    private ClientsAt() {}

    static S3AsyncClient s3(URI uri) {
        return S3AsyncClient.builder()
                .endpointOverride(uri)
                .forcePathStyle(true)
                .region(Region.EU_WEST_1)
                .credentialsProvider(CREDENTIALS)
                .build();
    }

    static SqsAsyncClient sqs(URI uri) {
        return SqsAsyncClient.builder()
                .endpointOverride(uri)
                .region(Region.EU_WEST_1)
                .credentialsProvider(CREDENTIALS)
                .build();
    }
}
