package io.github.camelsagemaker.async.internal.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelsagemaker.async.PayloadMode;
import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

class ProducerSettingsTest {

    private final SageMakerAsyncConfiguration options = new SageMakerAsyncConfiguration();

    @Test
    void defaultsAreValid() {
        ProducerSettings settings = ProducerSettings.of("e", options);

        assertThat(settings.defaults().payloadMode()).isEqualTo(PayloadMode.AUTO);
        assertThat(settings.options().getInlineThreshold()).isEqualTo(128_000);
        assertThat(settings.inputLocation()).isNull();
    }

    @Test
    void boundaryValuesAreValid() {
        options.setInlineThreshold(0);
        options.setRequestTtlSeconds(21_600);
        options.setInvocationTimeoutSeconds(3_600);
        options.setInputLocation("s3://bucket");
        options.setSseAlgorithm("aws:kms:dsse");
        options.setSseKmsKeyId("key");
        options.setExpectedBucketOwner("012345678901");

        ProducerSettings settings = ProducerSettings.of("e", options);

        assertThat(settings.inputLocation()).isEqualTo(new S3Prefix("bucket", ""));
        assertThat(settings.uploads().encryption()).isEqualTo(ServerSideEncryption.AWS_KMS_DSSE);
    }

    static Stream<Arguments> aBadOptionIsRefusedNamingOptionAndRule() {
        return Stream.of(
                bad(o -> o.setInlineThreshold(-1), "inlineThreshold", "-1", "0 to 128000"),
                bad(o -> o.setInlineThreshold(128_001), "inlineThreshold", "128001", "0 to 128000"),
                bad(o -> o.setPayloadMode(PayloadMode.S3), "payloadMode=S3", "inputLocation", "s3://"),
                bad(o -> o.setInputLocation("bucket/in/"), "inputLocation", "'bucket/in/'", "s3://bucket/prefix/"),
                bad(o -> o.setInputLocation("s3://bucket/\u00fc/"), "inputLocation", "\u00fc", "printable ASCII"),
                bad(o -> o.setInputLocation("s3://b/" + "x".repeat(981)), "inputLocation", "s3://b/", "987"),
                bad(o -> o.setContentType("a\r\nb"), "contentType", "'a\\u000d\\u000ab'", "1024 visible ASCII"),
                bad(o -> o.setAccept(""), "accept", "''", "1024 visible ASCII"),
                bad(o -> o.setCustomAttributes("a\nb"), "customAttributes", "'a\\u000ab'", "Base64"),
                bad(o -> o.setRequestTtlSeconds(59), "requestTtlSeconds", "'59'", "60 to 21600"),
                bad(o -> o.setInvocationTimeoutSeconds(0), "invocationTimeoutSeconds", "'0'", "1 to 3600"),
                bad(o -> o.setS3OutputPathExtension("s3:x"), "s3OutputPathExtension", "'s3:x'", "512"),
                bad(o -> o.setSseAlgorithm("AES"), "sseAlgorithm", "'AES'", "AES256, aws:kms, aws:kms:dsse"),
                bad(o -> o.setSseKmsKeyId("key"), "sseAlgorithm", "'null'", "sseKmsKeyId"),
                bad(o -> o.setExpectedBucketOwner("123"), "expectedBucketOwner", "'123'", "12 digits"));
    }

    private static Arguments bad(Consumer<SageMakerAsyncConfiguration> setting, String... parts) {
        return Arguments.of(parts[0], setting, parts);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aBadOptionIsRefusedNamingOptionAndRule(
            String option, Consumer<SageMakerAsyncConfiguration> setting, String[] parts) {
        setting.accept(options);

        assertThatThrownBy(() -> ProducerSettings.of("e", options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(parts);
    }

    @Test
    void aKmsKeyGoesWithKmsOnly() {
        options.setSseAlgorithm("AES256");
        options.setSseKmsKeyId("key");

        assertThatThrownBy(() -> ProducerSettings.of("e", options))
                .hasMessage("Option sseAlgorithm is 'AES256', but must be aws:kms or aws:kms:dsse when the option"
                        + " sseKmsKeyId is set");
    }
}
