package io.github.camelsagemaker.async.internal.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelsagemaker.async.PayloadMode;
import io.github.camelsagemaker.async.error.InvalidInferenceRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PayloadPolicyTest {

    @ParameterizedTest
    @CsvSource({
        "AUTO, 128000, 0, S3",
        "AUTO, 128000, 1, INLINE",
        "AUTO, 128000, 127999, INLINE",
        "AUTO, 128000, 128000, INLINE",
        "AUTO, 128000, 128001, S3",
        "AUTO, 10, 10, INLINE",
        "AUTO, 10, 11, S3",
        "AUTO, 0, 1, S3",
        "INLINE, 10, 128000, INLINE",
        "S3, 128000, 0, S3",
        "S3, 128000, 1, S3",
        "S3, 128000, 1000000000, S3"
    })
    void sizeDecidesTheWay(PayloadMode mode, int threshold, long size, PayloadMode way) {
        assertThat(new PayloadPolicy(mode, threshold, true).modeFor(size)).isEqualTo(way);
    }

    @ParameterizedTest
    @CsvSource({"AUTO, 128000, 128001", "AUTO, 0, 1", "INLINE, 0, 128001", "S3, 128000, 0"})
    void aStreamIsReadUntilItsWayIsKnownAndNoFurther(PayloadMode mode, int threshold, int bytes) {
        assertThat(new PayloadPolicy(mode, threshold, true).readAhead()).isEqualTo(bytes);
    }

    @Test
    void aStreamLongerThanTheThresholdGoesThroughS3() {
        assertThat(new PayloadPolicy(PayloadMode.AUTO, 10, true).modeForMoreThan(10))
                .isEqualTo(PayloadMode.S3);
        assertThat(new PayloadPolicy(PayloadMode.S3, 10, true).modeForMoreThan(-1))
                .isEqualTo(PayloadMode.S3);
    }

    @Test
    void withoutInputLocationALargePayloadIsRefusedNamingSizeLimitAndOption() {
        assertThatThrownBy(() -> new PayloadPolicy(PayloadMode.AUTO, 128_000, false).modeFor(128_001))
                .isInstanceOf(InvalidInferenceRequestException.class)
                .hasMessageContainingAll("128001 bytes", "at most 128000", "inlineThreshold", "inputLocation");
    }

    @Test
    void aStreamThatIsTooLargeIsRefusedNamingWhatIsKnownOfItsSize() {
        assertThatThrownBy(() -> new PayloadPolicy(PayloadMode.AUTO, 128_000, false).modeForMoreThan(128_000))
                .hasMessageContainingAll("more than 128000 bytes", "inputLocation");
    }

    @Test
    void inlineRefusesOneByteTooMany() {
        assertThatThrownBy(() -> new PayloadPolicy(PayloadMode.INLINE, 128_000, true).modeFor(128_001))
                .hasMessageContainingAll("128001 bytes", "INLINE", "at most 128000", "AUTO or S3", "inputLocation");
    }

    @Test
    void anEmptyPayloadCannotTravelInline() {
        assertThatThrownBy(() -> new PayloadPolicy(PayloadMode.INLINE, 128_000, true).modeFor(0))
                .hasMessageContainingAll("0 bytes", "INLINE", "at least 1");
        assertThatThrownBy(() -> new PayloadPolicy(PayloadMode.AUTO, 128_000, false).modeFor(0))
                .hasMessageContainingAll("0 bytes", "cannot travel inline", "inputLocation");
    }

    @Test
    void theModeS3NeedsInputLocation() {
        assertThatThrownBy(() -> new PayloadPolicy(PayloadMode.S3, 128_000, false).modeFor(1))
                .hasMessageContainingAll("payloadMode S3", "inputLocation");
        assertThatThrownBy(() -> new PayloadPolicy(PayloadMode.S3, 128_000, false).modeForMoreThan(-1))
                .hasMessageContainingAll("an unknown number of bytes", "payloadMode S3", "inputLocation");
    }

    @Test
    void moreThanOneGigabyteIsRefused() {
        assertThatThrownBy(() -> new PayloadPolicy(PayloadMode.AUTO, 128_000, true).modeFor(1_000_000_001L))
                .hasMessageContainingAll("1000000001 bytes", "at most 1000000000", "1 GB");
    }
}
