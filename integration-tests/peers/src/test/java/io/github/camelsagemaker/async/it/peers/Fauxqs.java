package io.github.camelsagemaker.async.it.peers;

import java.net.URI;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.sns.SnsAsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** S3, SQS and SNS of the npm package fauxqs, in a process that ends with this one. */
final class Fauxqs implements AutoCloseable {

    private static final Region REGION = Region.US_EAST_1;
    private static final StaticCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret"));

    private final Process process = Node.start("fauxqs.mjs", Map.of());
    final S3AsyncClient s3;
    final SqsAsyncClient sqs;
    final SnsAsyncClient sns;

    Fauxqs() {
        URI endpoint = URI.create("http://127.0.0.1:" + Node.line(process.inputReader()));
        s3 = S3AsyncClient.builder()
                .region(REGION)
                .credentialsProvider(CREDENTIALS)
                .endpointOverride(endpoint)
                .forcePathStyle(true)
                .build();
        sqs = SqsAsyncClient.builder()
                .region(REGION)
                .credentialsProvider(CREDENTIALS)
                .endpointOverride(endpoint)
                .build();
        sns = SnsAsyncClient.builder()
                .region(REGION)
                .credentialsProvider(CREDENTIALS)
                .endpointOverride(endpoint)
                .build();
    }

    List<String> keys(String bucket, String prefix) {
        return s3.listObjectsV2(list -> list.bucket(bucket).prefix(prefix)).join().contents().stream()
                .map(object -> object.key())
                .toList();
    }

    @Override
    public void close() {
        List.<SdkAutoCloseable>of(s3, sqs, sns).forEach(SdkAutoCloseable::close);
        process.destroy();
    }
}
