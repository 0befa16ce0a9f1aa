package io.github.camelsagemaker.async.internal.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.services.s3.S3ServiceClientConfiguration;

@Tag("no-camel")
class AwsClientsTest {

    private final SageMakerAsyncConfiguration options = new SageMakerAsyncConfiguration();

    AwsClientsTest() {
        options.setRegion("eu-west-1");
        options.setAccessKey("key");
        options.setSecretKey("secret");
    }

    private S3ServiceClientConfiguration s3() {
        try (AwsClients clients = new AwsClients(options, Runnable::run, client -> null, unused -> {})) {
            return clients.s3().serviceClientConfiguration();
        }
    }

    @Test
    void aStoreAtAnotherAddressGetsChecksumsOnlyWhereS3RequiresThem() {
        assertThat(s3().requestChecksumCalculation()).isEqualTo(RequestChecksumCalculation.WHEN_SUPPORTED);

        options.setOverrideEndpoint(true);
        options.setUriEndpointOverride("http://localhost:1");
        assertThat(s3().requestChecksumCalculation()).isEqualTo(RequestChecksumCalculation.WHEN_REQUIRED);
    }
}
