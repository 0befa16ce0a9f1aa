package io.github.camelsagemaker.async.internal.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

@Tag("no-camel")
class QueueReferenceTest {

    @Test
    void aNameIsLookedUpInTheCallersAccount() {
        assertThat(QueueReference.parse("results", null)).isEqualTo(new QueueReference("results", null, null, null));
    }

    @Test
    void aNameIsLookedUpInTheOwnersAccount() {
        assertThat(QueueReference.parse("results", "123456789012"))
                .isEqualTo(new QueueReference("results", "123456789012", null, null));
    }

    @ParameterizedTest
    @CsvSource({"arn:aws:sqs:eu-west-1,eu-west-1", "arn:aws-cn:sqs:cn-north-1,cn-north-1"})
    void anArnTellsNameOwnerAndRegion(String beginning, String region) {
        assertThat(QueueReference.parse(beginning + ":123456789012:results", null))
                .isEqualTo(new QueueReference("results", "123456789012", null, region));
    }

    @ParameterizedTest
    @CsvSource({
        "sqs.eu-west-1.amazonaws.com,eu-west-1",
        "sqs.cn-north-1.amazonaws.com.cn,cn-north-1",
        "sqs-fips.us-gov-west-1.amazonaws.com,us-gov-west-1",
        "sqs.eu-west-1.api.aws,eu-west-1",
        "sqs-fips.us-east-1.api.aws,us-east-1",
        "vpce-0a1b-c2d3.sqs.eu-west-1.vpce.amazonaws.com,eu-west-1",
        "eu-west-1.queue.amazonaws.com,eu-west-1",
        "queue.amazonaws.com,us-east-1",
        "sqs.us-iso-east-1.c2s.ic.gov,us-iso-east-1"
    })
    void aUrlOfAwsTellsOwnerAndRegionToo(String host, String region) {
        String url = "https://" + host + "/123456789012/results";
        assertThat(QueueReference.parse(url, null))
                .isEqualTo(new QueueReference("results", "123456789012", url, region));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:9324/000000000000/results",
                "http://sqs.eu-west-1.localhost.localstack.cloud:4566/000000000000/results",
                "https://queue.example.com/123456789012/results"
            })
    void anotherUrlIsUsedAsItIs(String url) {
        assertThat(QueueReference.parse(url, null)).isEqualTo(new QueueReference("results", null, url, null));
    }

    @Test
    void aQueueOfTheClientsRegionIsAllRight() {
        try (SqsAsyncClient sqs = client("eu-west-1", null)) {
            assertThat(QueueReference.parse("arn:aws:sqs:eu-west-1:123456789012:results", null)
                            .isRegionUnsure(sqs))
                    .isFalse();
            assertThat(QueueReference.parse("results", null).isRegionUnsure(sqs))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "arn:aws:sqs:us-east-2:123456789012:results",
                "https://sqs.us-east-2.amazonaws.com/123456789012/results"
            })
    void aQueueOfAnotherRegionThanTheClientsIsRefusedNamingBoth(String value) {
        try (SqsAsyncClient sqs = client("eu-west-1", null)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> QueueReference.parse(value, null).isRegionUnsure(sqs))
                    .withMessageContainingAll("notificationQueue", "us-east-2", "eu-west-1");
        }
    }

    @Test
    void atAnAddressOfOnesOwnTheQueuesArnDecides() {
        QueueReference reference = QueueReference.parse("arn:aws:sqs:us-east-2:123456789012:results", null);
        try (SqsAsyncClient sqs = client("eu-west-1", URI.create("http://localhost:1"))) {
            assertThat(reference.isRegionUnsure(sqs)).isTrue();
        }

        reference.checkArn("arn:aws:sqs:us-east-2:000000000000:results");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> reference.checkArn("arn:aws:sqs:eu-west-1:000000000000:results"))
                .withMessageContainingAll("notificationQueue", "us-east-2", "eu-west-1");
    }

    private static SqsAsyncClient client(String region, URI address) {
        return SqsAsyncClient.builder()
                .region(Region.of(region))
                .endpointOverride(address)
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .build();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a b", "queue/name", "arn:aws:sns:eu-west-1:123456789012:results", "https://host", "a.b"})
    void anythingElseIsRefusedNamingOptionAndValue(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QueueReference.parse(value, null))
                .withMessageContaining("notificationQueue")
                .withMessageContaining("'" + value + "'");
    }

    @Test
    void aNameOf81CharactersIsRefused() {
        assertThat(QueueReference.parse("q".repeat(80), null).name()).hasSize(80);
        assertThatIllegalArgumentException().isThrownBy(() -> QueueReference.parse("q".repeat(81), null));
    }

    @Test
    void anOwnerMustBeAnAccount() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QueueReference.parse("results", "me"))
                .withMessageContaining("queueOwnerAWSAccountId")
                .withMessageContaining("12 digits");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "arn:aws:sqs:eu-west-1:123456789012:results",
                "https://sqs.eu-west-1.amazonaws.com/123456789012/results"
            })
    void anOwnerMustNotContradictArnOrUrl(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QueueReference.parse(value, "999999999999"))
                .withMessageContaining("999999999999")
                .withMessageContaining("123456789012");
    }
}
