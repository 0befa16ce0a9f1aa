package io.github.camelsagemaker.async.internal.options;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.error.InferenceFailedException;
import io.github.camelsagemaker.async.internal.result.ResultEvent;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogSanitizerTest {

    @ParameterizedTest
    @ValueSource(
            chars = {'\r', '\n', '\t', '\u0000', '\u001b', '\u007f', '\u0085', '\u2028', '\u2029', '\u202e', '\u2066'})
    void whatCouldForgeALineIsEscaped(char forging) {
        assertThat(LogSanitizer.oneLine("a" + forging + "b")).isEqualTo("a\\u%04xb", (int) forging);
    }

    @Test
    void ordinaryTextStaysAsItIs() {
        assertThat(LogSanitizer.oneLine("größer als 日本語 \uD83D\uDE00")).isEqualTo("größer als 日本語 \uD83D\uDE00");
    }

    @Test
    void whatIsShownIsBounded() {
        assertThat(LogSanitizer.shown("x".repeat(200))).hasSize(200);
        assertThat(LogSanitizer.shown("x".repeat(201))).isEqualTo("x".repeat(200) + "...");
    }

    @Test
    void noCharacterIsCutInTwo() {
        String smiley = "\uD83D\uDE00";
        String longest = "x".repeat(InferenceFailedException.MAX_FAILURE_BODY - 1);

        InferenceFailedException failed = new InferenceFailedException("e", null, null, null, null, longest + smiley);

        assertThat(failed.getFailureBody()).isEqualTo(longest);
        assertThat(LogSanitizer.shown("x".repeat(199) + smiley)).isEqualTo("x".repeat(199) + "...");
    }

    @Test
    void aFailedInferenceIsOneLineWhateverTheModelSaid() {
        InferenceFailedException failed =
                new InferenceFailedException("e", "id\nforged", null, "s3://bucket/k\nforged", "reason\nforged", null);

        assertThat(failed.getMessage()).doesNotContain("\n");
        assertThat(failed.getFailureReason()).isEqualTo("reason\nforged");
    }

    @Test
    void aResultEventIsOneLineWhateverItsKey() {
        assertThat(ResultEvent.of(
                        InferenceStatus.COMPLETED, "e", event -> event.object = new S3Location("bucket", "k\nforged")))
                .hasToString("COMPLETED s3://bucket/k\\u000aforged");
    }
}
