package io.github.camelsagemaker.async.testinfra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;

/** Who is not known is refused. */
class CredentialsTest {

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    private static final StaticCredentialsProvider STRANGER =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIASTRANGER", "secret"));

    @Test
    void sageMakerRefusesAStrangersKey() {
        try (SageMakerRuntimeAsyncClient client = SageMakerRuntimeAsyncClient.builder()
                .region(Region.US_EAST_1)
                .endpointOverride(AWS.aws().sageMakerEndpoint())
                .credentialsProvider(STRANGER)
                .build()) {
            AwsServiceException e = refused(
                    () -> client.invokeEndpointAsync(r -> r.endpointName("e").body(SdkBytes.fromUtf8String("x")))
                            .join());

            assertThat(e.statusCode()).isEqualTo(403);
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo("UnrecognizedClientException");
            assertThat(e.requestId()).isNotNull();
        }
    }

    @Test
    void s3RefusesAStrangersKeyAndAWrongSecret() {
        AWS.aws().createBucket("bucket");
        for (StaticCredentialsProvider credentials : new StaticCredentialsProvider[] {
            STRANGER,
            StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(AWS.aws().accessKeyId(), "wrong"))
        }) {
            try (S3AsyncClient client = S3AsyncClient.builder()
                    .region(Region.US_EAST_1)
                    .endpointOverride(AWS.aws().s3Endpoint())
                    .forcePathStyle(true)
                    .credentialsProvider(credentials)
                    .build()) {
                assertThat(refused(() -> client.listObjectsV2(r -> r.bucket("bucket"))
                                        .join())
                                .statusCode())
                        .isEqualTo(403);
            }
        }
    }

    private static AwsServiceException refused(Runnable call) {
        return (AwsServiceException)
                catchThrowableOfType(CompletionException.class, call::run).getCause();
    }
}
