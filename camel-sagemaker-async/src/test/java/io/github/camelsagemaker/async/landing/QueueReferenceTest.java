package io.github.camelsagemaker.async.landing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("no-camel")
class QueueReferenceTest {

    @Test
    void aNameIsLookedUpInTheCallersAccount() {
        assertThat(QueueReference.parse("results", null)).isEqualTo(new QueueReference("results", null, null));
    }

    @Test
    void aNameIsLookedUpInTheOwnersAccount() {
        assertThat(QueueReference.parse("results", "123456789012"))
                .isEqualTo(new QueueReference("results", "123456789012", null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "arn:aws:sqs:eu-west-1:123456789012:results",
                "arn:aws-cn:sqs:cn-north-1:123456789012:results",
                "arn:aws-us-gov:sqs:us-gov-west-1:123456789012:results"
            })
    void anArnTellsNameAndOwner(String arn) {
        assertThat(QueueReference.parse(arn, null)).isEqualTo(new QueueReference("results", "123456789012", null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://sqs.eu-west-1.amazonaws.com/123456789012/results",
                "http://localhost:9324/000000000000/results"
            })
    void aUrlIsUsedAsItIs(String url) {
        assertThat(QueueReference.parse(url, null)).isEqualTo(new QueueReference("results", null, url));
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

    @Test
    void anOwnerMustNotContradictTheArn() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QueueReference.parse("arn:aws:sqs:eu-west-1:123456789012:results", "999999999999"))
                .withMessageContaining("999999999999")
                .withMessageContaining("123456789012");
    }
}
